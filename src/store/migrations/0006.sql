-- SPDX-License-Identifier: Apache-2.0
-- Where a session was seen last. NULL: in a session that an earlier release began.

ALTER TABLE sessions ADD COLUMN ip TEXT;
ALTER TABLE sessions ADD COLUMN user_agent TEXT;

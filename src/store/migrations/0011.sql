-- SPDX-License-Identifier: Apache-2.0
-- Answers to creates that carried an Idempotency-Key, kept for a day. digest: of who asked, for
-- what, with which key; request: of the body.

CREATE TABLE kept_answers (
    digest BLOB PRIMARY KEY,
    request BLOB NOT NULL,
    status BIGINT NOT NULL,
    answer_sealed BLOB NOT NULL,
    created_ms BIGINT NOT NULL
) STRICT;
CREATE INDEX kept_answers_created ON kept_answers (created_ms);

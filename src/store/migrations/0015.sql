-- SPDX-License-Identifier: Apache-2.0
-- How many events of each source were accepted: a row for each day, week and month (granularity), so that a
-- report reads rows as they are. start_day counts days since 1970. A source of another backup
-- than the journal's may be unknown here, so nothing is referenced. How far the journal was
-- counted is in meta (usage_record).

CREATE TABLE usage (
    granularity TEXT NOT NULL,
    start_day BIGINT NOT NULL,
    source_id TEXT NOT NULL,
    product TEXT NOT NULL,
    events BIGINT NOT NULL,
    PRIMARY KEY (granularity, start_day, source_id, product)
) STRICT;

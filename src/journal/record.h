// SPDX-License-Identifier: Apache-2.0
// A record as bytes: encoded once when it is appended, finished (number, segment, CRC) by the
// log thread, decoded into views by readers. Pure.
#pragma once

#include "journal/journal.h"

// SIZE_MAX: a part is larger than its length field takes.
size_t record_encoded_bytes(const struct journal_record *record);

// dest takes record_encoded_bytes(record). Segment, number and CRC are left open.
void record_encode(const struct journal_record *record, char *dest);

// Whether the parts of a whole record lie within it and follow rules that are known. Of what
// comes from a disk, nothing of the below is asked before.
bool record_is_sound(const char *bytes);

// What the log thread learns from and adds to an encoded record.
size_t record_length(const char *bytes);
uint32_t record_event_count(const char *bytes);
int64_t record_wall_ms(const char *bytes);
struct record_stamp {
    uint64_t segment;
    uint64_t record;
};
// The value of a field, and the flags and the hash of an event; STR_NONE: there is no such
// field.
str record_find_field(const char *bytes, enum envelope_tag tag);
uint64_t record_message_hash(const char *bytes, uint32_t event);
uint8_t record_event_flags(const char *bytes, uint32_t event);
void record_set_event_flags(char *bytes, uint32_t event, uint8_t flags);

// Returns the CRC.
uint32_t record_finish(char *bytes, const struct record_stamp *stamp, uint32_t seed);

// Whether `len` bytes (at least a record header) are this record, whole, as chained by seed.
bool record_is_whole(const char *bytes, size_t len, uint64_t segment, uint64_t record,
                     uint32_t seed);
uint32_t record_stored_crc(const char *bytes);
uint64_t record_number(const char *bytes);

// For what stands behind a damaged record: whether a header at `bytes` says that it is this
// one, and the CRC of so many bytes of a record.
bool record_claims(const char *bytes, uint64_t segment, uint64_t record);
uint32_t record_crc(const char *bytes, size_t length, uint32_t seed);

// The event table, kept between records by a reader.
struct record_events {
    struct journal_event *rows;
    size_t capacity;
};
// Views into bytes; events into *events, which grows. false: made by rules this version does
// not know, or inconsistent.
bool record_decode(const char *bytes, struct record_events *events,
                   struct journal_record *ret_record);

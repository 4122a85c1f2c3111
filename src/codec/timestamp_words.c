// SPDX-License-Identifier: Apache-2.0
// Reads part by part, whatever stands next: a word, an offset, or a number whose length and
// what is behind it say what it counts.
#include "codec/timestamp_words.h"

#include <stdio.h>

enum part {
    PART_YEAR = 1 << 0,
    PART_MONTH = 1 << 1,
    PART_DAY = 1 << 2,
    PART_DATE = PART_YEAR | PART_MONTH | PART_DAY,
    PART_TIME = 1 << 3,
    PART_HALF = 1 << 4,
    PART_UTC = 1 << 5,
    PART_OFFSET = 1 << 6,
};

struct reading {
    str rest;
    unsigned parts; // that have been read
    unsigned year, month, day, hour, minute, second, ms;
    unsigned offset_hours, offset_minutes;
    bool is_west;
};

static const char *const months[] = { "January",   "February", "March",    "April",
                                      "May",       "June",     "July",     "August",
                                      "September", "October",  "November", "December" };
static const char *const weekdays[] = { "Monday", "Tuesday",  "Wednesday", "Thursday",
                                        "Friday", "Saturday", "Sunday" };

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static char next(const struct reading *in)
{
    return in->rest.len > 0 ? in->rest.data[0] : '\0';
}

static str take(struct reading *in, size_t len)
{
    str taken = str_sub(in->rest, 0, len);
    in->rest = str_sub(in->rest, len, SIZE_MAX);
    return taken;
}

static bool take_char(struct reading *in, char c)
{
    return next(in) == c && take(in, 1).len == 1;
}

static str take_while(struct reading *in, bool (*is_one)(char c))
{
    size_t len = 0;
    while (len < in->rest.len && is_one(in->rest.data[len]))
        len++;
    return take(in, len);
}

// Each part may come once.
static bool is_first(struct reading *in, unsigned parts)
{
    bool is_new = !(in->parts & parts);
    in->parts |= parts;
    return is_new;
}

// The digits at a place within a number; they are digits.
static unsigned value_of(str digits, size_t from, size_t len)
{
    unsigned value = 0;
    for (size_t i = from; i < from + len && i < digits.len; i++)
        value = value * 10 + (unsigned)(digits.data[i] - '0');
    return value;
}

// A number of one or two digits.
static bool take_short(struct reading *in, unsigned *ret_value)
{
    str digits = take_while(in, is_digit);
    *ret_value = value_of(digits, 0, 2);
    return digits.len == 1 || digits.len == 2;
}

// --- Words

// How the name begins, with three letters at least.
static bool is_short_for(str word, const char *name)
{
    str whole = str_of(name);
    return word.len >= 3 && word.len <= whole.len &&
           str_eq_nocase(word, str_sub(whole, 0, word.len));
}

// From 1; 0: it is none of them.
static unsigned number_of(str word, const char *const *names, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        if (is_short_for(word, names[i]))
            return i + 1;
    return 0;
}

static bool take_half(struct reading *in, bool is_afternoon)
{
    bool is_due = (in->parts & PART_TIME) && in->hour >= 1 && in->hour <= 12;
    in->hour = in->hour % 12 + (is_afternoon ? 12 : 0);
    return is_due && is_first(in, PART_HALF);
}

// Behind an offset its name says nothing new.
static bool take_zone(struct reading *in, str word)
{
    if (in->parts & PART_OFFSET)
        return true;
    bool is_utc = str_eq_nocase(word, STR("Z")) || str_eq_nocase(word, STR("UTC")) ||
                  str_eq_nocase(word, STR("GMT"));
    return is_utc && is_first(in, PART_UTC);
}

static bool take_month(struct reading *in, unsigned month)
{
    in->month = month;
    (void)take_char(in, '-'); // "02-Jan-2020"
    return is_first(in, PART_MONTH);
}

static bool take_word(struct reading *in)
{
    str word = take_while(in, is_letter);
    unsigned month = number_of(word, months, ARRAY_LEN(months));
    if (month)
        return take_month(in, month);
    if (number_of(word, weekdays, ARRAY_LEN(weekdays)))
        return true;
    if (str_eq_nocase(word, STR("T")))
        return (in->parts & PART_DATE) == PART_DATE && is_digit(next(in));
    bool is_afternoon = str_eq_nocase(word, STR("PM"));
    return is_afternoon || str_eq_nocase(word, STR("AM")) ? take_half(in, is_afternoon)
                                                          : take_zone(in, word);
}

// "+05:30", "+0530", "+05", behind the time of day and perhaps "GMT".
static bool take_offset(struct reading *in)
{
    in->is_west = take(in, 1).data[0] == '-';
    str hours = take_while(in, is_digit);
    str minutes = str_sub(hours, 2, SIZE_MAX);
    if (hours.len == 2 && take_char(in, ':'))
        minutes = take_while(in, is_digit);
    else if (hours.len == 2)
        minutes = STR("00");
    in->offset_hours = value_of(hours, 0, 2);
    in->offset_minutes = value_of(minutes, 0, 2);
    return hours.len >= 2 && minutes.len == 2 && (in->parts & PART_TIME) &&
           is_first(in, PART_OFFSET);
}

// --- Numbers

// Behind the minutes: ":05", ":05.678".
static bool take_seconds(struct reading *in)
{
    if (!take_char(in, ':'))
        return true;
    if (!take_short(in, &in->second))
        return false;
    bool is_more = in->rest.len > 1 && is_digit(in->rest.data[1]);
    if (is_more && (take_char(in, '.') || take_char(in, ','))) {
        str digits = take_while(in, is_digit);
        in->ms =
            value_of(digits, 0, 1) * 100 + value_of(digits, 1, 1) * 10 + value_of(digits, 2, 1);
    }
    return true;
}

// Behind the hour: ":04", ":04:05", ":04:05.678".
static bool take_time(struct reading *in, str hour)
{
    in->hour = value_of(hour, 0, 2);
    return hour.len <= 2 && take_char(in, ':') && take_short(in, &in->minute) &&
           take_seconds(in) && is_first(in, PART_TIME);
}

static bool set_date(struct reading *in, str year, str month, str day)
{
    in->year = value_of(year, 0, 4);
    in->month = value_of(month, 0, 2);
    in->day = value_of(day, 0, 2);
    return year.len == 4 && month.len <= 2 && day.len <= 2 && is_first(in, PART_DATE);
}

// Behind its first number: "2020/01/02", "2020-1-2", or "1/2/2020" with the month first.
static bool take_date(struct reading *in, str first)
{
    char between = take(in, 1).data[0];
    str second = take_while(in, is_digit);
    if (!take_char(in, between))
        return false;
    str third = take_while(in, is_digit);
    if (first.len == 4)
        return set_date(in, first, second, third);
    return between == '/' && set_date(in, third, first, second);
}

// "030405" behind "20200102T".
static bool take_packed_time(struct reading *in, str digits, size_t from)
{
    in->hour = value_of(digits, from, 2);
    in->minute = value_of(digits, from + 2, 2);
    in->second = value_of(digits, from + 4, 2);
    return is_first(in, PART_TIME);
}

static bool take_packed_date(struct reading *in, str digits)
{
    return set_date(in, str_sub(digits, 0, 4), str_sub(digits, 4, 2), str_sub(digits, 6, 2)) &&
           (digits.len == 8 || take_packed_time(in, digits, 8));
}

static bool take_lone_number(struct reading *in, str digits)
{
    switch (digits.len) {
    case 1:
    case 2:
        in->day = value_of(digits, 0, 2);
        if (in->rest.len > 1 && is_letter(in->rest.data[1]))
            (void)take_char(in, '-'); // "02-Jan-2020"
        return is_first(in, PART_DAY);
    case 4:
        in->year = value_of(digits, 0, 4);
        return is_first(in, PART_YEAR);
    case 6:
        return (in->parts & PART_DATE) == PART_DATE && take_packed_time(in, digits, 0);
    case 8:
    case 14:
        return take_packed_date(in, digits);
    default:
        return false;
    }
}

static bool take_number(struct reading *in)
{
    str digits = take_while(in, is_digit);
    bool is_more = in->rest.len > 1 && is_digit(in->rest.data[1]);
    if (is_more && next(in) == ':')
        return take_time(in, digits);
    if (is_more && (next(in) == '/' || next(in) == '-'))
        return take_date(in, digits);
    return take_lone_number(in, digits);
}

// --- The whole

// Behind the zone its name, "(Coordinated Universal Time)", or how long Go's process had run;
// where none came before, "(PST)" would be the zone.
static bool is_remark(const struct reading *in)
{
    return (in->parts & (PART_UTC | PART_OFFSET)) &&
           (str_starts(in->rest, STR("m=")) ||
            (next(in) == '(' && in->rest.data[in->rest.len - 1] == ')'));
}

static bool take_part(struct reading *in)
{
    char c = next(in);
    if (is_digit(c))
        return take_number(in);
    if (is_letter(c))
        return take_word(in);
    if (c == '+' || c == '-')
        return take_offset(in);
    return (c == ' ' || c == ',') && take(in, 1).len;
}

bool timestamp_words(str text, char ret_text[TIMESTAMP_WORDS_SIZE])
{
    struct reading in = { .rest = text };
    while (in.rest.len > 0 && !is_remark(&in))
        if (!take_part(&in))
            return false;
    if ((in.parts & PART_DATE) != PART_DATE)
        return false;
    (void)snprintf(ret_text, TIMESTAMP_WORDS_SIZE,
                   "%04u-%02u-%02uT%02u:%02u:%02u.%03u%c%02u:%02u", in.year, in.month, in.day,
                   in.hour, in.minute, in.second, in.ms, in.is_west ? '-' : '+',
                   in.offset_hours, in.offset_minutes);
    return true;
}

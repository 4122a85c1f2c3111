// SPDX-License-Identifier: Apache-2.0
// Points in time as text, by the proleptic Gregorian calendar, without the C library's zones.
#include "codec/timestamp.h"

#include "codec/timestamp_words.h"

static const int64_t day_ms = 86400000;
static const int64_t minute_ms = 60000;
static const int64_t first_ms = -62135596800000; // 0001-01-01T00:00:00.000Z
static const int64_t last_ms = 253402300799999;  // 9999-12-31T23:59:59.999Z

struct moment {
    unsigned year, month, day, hour, minute, second, ms;
    int offset_minutes;
};

// Days since 1970-01-01. Years are counted from March, so that the leap day is a year's last;
// an era is 400 years of 146097 days.
static int64_t days_of_date(unsigned year, unsigned month, unsigned day)
{
    int64_t y = (int64_t)year - (month <= 2);
    int64_t era = y / 400;
    unsigned year_of_era = (unsigned)(y - era * 400);
    unsigned day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    unsigned day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + (int64_t)day_of_era - 719468;
}

static void date_of_days(int64_t days, struct moment *ret_moment)
{
    days += 719468; // since 0000-03-01; never negative for our years
    int64_t era = days / 146097;
    unsigned day_of_era = (unsigned)(days - era * 146097);
    unsigned year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    unsigned day_of_year =
        day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    unsigned month_from_march = (5 * day_of_year + 2) / 153;
    ret_moment->day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    ret_moment->month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
    ret_moment->year = (unsigned)(era * 400) + year_of_era + (ret_moment->month <= 2);
}

static unsigned days_in_month(unsigned year, unsigned month)
{
    static const unsigned char days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    bool is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return days[month - 1] + (month == 2 && is_leap ? 1u : 0u);
}

static int64_t clamp(int64_t wall_ms)
{
    return MAX(first_ms, MIN(wall_ms, last_ms));
}

static struct moment moment_of(int64_t wall_ms)
{
    int64_t days = wall_ms / day_ms - (wall_ms % day_ms < 0);
    unsigned of_day = (unsigned)(wall_ms - days * day_ms);
    struct moment moment = {
        .hour = of_day / 3600000,
        .minute = of_day / 60000 % 60,
        .second = of_day / 1000 % 60,
        .ms = of_day % 1000,
    };
    date_of_days(days, &moment);
    return moment;
}

static char *put_digits(char *at, unsigned value, int digits, char behind)
{
    for (int i = digits; i > 0; i--, value /= 10)
        at[i - 1] = (char)('0' + value % 10);
    at[digits] = behind;
    return at + digits + 1;
}

// Everything up to the fraction; returns where the zone goes.
static char *put_moment(char *at, struct moment moment)
{
    at = put_digits(at, moment.year, 4, '-');
    at = put_digits(at, moment.month, 2, '-');
    at = put_digits(at, moment.day, 2, 'T');
    at = put_digits(at, moment.hour, 2, ':');
    at = put_digits(at, moment.minute, 2, ':');
    at = put_digits(at, moment.second, 2, '.');
    return put_digits(at, moment.ms, 3, '\0') - 1;
}

void timestamp_format(int64_t wall_ms, char ret_text[TIMESTAMP_LEN + 1])
{
    char *zone = put_moment(ret_text, moment_of(clamp(wall_ms)));
    zone[0] = 'Z';
    zone[1] = '\0';
}

void timestamp_format_zoned(int64_t wall_ms, int offset_minutes,
                            char ret_text[TIMESTAMP_ZONED_LEN + 1])
{
    if (offset_minutes == 0) {
        timestamp_format(wall_ms, ret_text);
        return;
    }
    assert(offset_minutes > -24 * 60 && offset_minutes < 24 * 60);
    int64_t local_ms = clamp(wall_ms) + offset_minutes * minute_ms;
    char *zone = put_moment(ret_text, moment_of(clamp(local_ms)));
    unsigned offset = (unsigned)(offset_minutes < 0 ? -offset_minutes : offset_minutes);
    *zone++ = offset_minutes < 0 ? '-' : '+';
    zone = put_digits(zone, offset / 60, 2, ':');
    (void)put_digits(zone, offset % 60, 2, '\0');
}

// --- Reading

static bool take_char(str *rest, char c)
{
    if (rest->len == 0 || rest->data[0] != c)
        return false;
    *rest = str_sub(*rest, 1, rest->len);
    return true;
}

static bool take_number(str *rest, size_t digits, unsigned *ret_value)
{
    uint64_t value;
    if (rest->len < digits || !str_to_u64(str_sub(*rest, 0, digits), &value))
        return false;
    *rest = str_sub(*rest, digits, rest->len);
    *ret_value = (unsigned)value;
    return true;
}

static bool take_date(str *rest, struct moment *moment)
{
    return take_number(rest, 4, &moment->year) && take_char(rest, '-') &&
           take_number(rest, 2, &moment->month) && take_char(rest, '-') &&
           take_number(rest, 2, &moment->day) && moment->year >= 1 && moment->month >= 1 &&
           moment->month <= 12 && moment->day >= 1 &&
           moment->day <= days_in_month(moment->year, moment->month);
}

// The digits behind the point; milliseconds are kept.
static bool take_fraction(str *rest, struct moment *moment)
{
    unsigned digit, weight = 100;
    if (!take_number(rest, 1, &digit))
        return false;
    do {
        moment->ms += digit * weight;
        weight /= 10;
    } while (take_number(rest, 1, &digit));
    return true;
}

static bool take_time(str *rest, bool is_lenient, struct moment *moment)
{
    if (!take_number(rest, 2, &moment->hour) || !take_char(rest, ':') ||
        !take_number(rest, 2, &moment->minute))
        return false;
    if (take_char(rest, ':')) {
        if (!take_number(rest, 2, &moment->second))
            return false;
        if (take_char(rest, '.') && !take_fraction(rest, moment))
            return false;
    } else if (!is_lenient) {
        return false;
    }
    return moment->hour < 24 && moment->minute < 60 && moment->second <= 60;
}

// "+05:30"; the colon may be left out in lenient reading.
static bool take_offset(str *rest, bool is_lenient, struct moment *moment)
{
    bool is_west = take_char(rest, '-');
    unsigned hours, minutes;
    if (!is_west && !take_char(rest, '+'))
        return false;
    if (!take_number(rest, 2, &hours) || (!take_char(rest, ':') && !is_lenient) ||
        !take_number(rest, 2, &minutes) || hours > 23 || minutes > 59)
        return false;
    int offset = (int)(hours * 60 + minutes);
    moment->offset_minutes = is_west ? -offset : offset;
    return true;
}

static bool take_zone(str *rest, bool is_lenient, struct moment *moment)
{
    if (take_char(rest, 'Z') || take_char(rest, 'z'))
        return true;
    if (is_lenient && (rest->len == 0 || str_eq(*rest, STR(" UTC")))) {
        *rest = STR_NONE;
        return true;
    }
    return take_offset(rest, is_lenient, moment);
}

static bool take_separator(str *rest, bool is_lenient)
{
    return take_char(rest, 'T') || take_char(rest, 't') || (is_lenient && take_char(rest, ' '));
}

static bool parse(str text, bool is_lenient, int64_t *ret_wall_ms, int *ret_offset_minutes)
{
    struct moment moment = { 0 };
    if (!take_date(&text, &moment))
        return false;
    bool is_date_only = is_lenient && text.len == 0;
    if (!is_date_only &&
        (!take_separator(&text, is_lenient) || !take_time(&text, is_lenient, &moment) ||
         !take_zone(&text, is_lenient, &moment) || text.len != 0))
        return false;
    int64_t days = days_of_date(moment.year, moment.month, moment.day);
    *ret_wall_ms = days * day_ms + moment.hour * 60 * minute_ms + moment.minute * minute_ms +
                   moment.second * 1000 + moment.ms - moment.offset_minutes * minute_ms;
    *ret_offset_minutes = moment.offset_minutes;
    return true;
}

bool timestamp_parse(str text, int64_t *ret_wall_ms)
{
    int offset_minutes;
    return parse(text, false, ret_wall_ms, &offset_minutes);
}

// Digits only: the unit follows from their number.
static bool parse_epoch(str text, int64_t *ret_wall_ms)
{
    uint64_t value;
    if (!str_to_u64(text, &value) || value > INT64_MAX)
        return false;
    int64_t number = (int64_t)value;
    switch (text.len) {
    case 10:
        *ret_wall_ms = number * 1000;
        return true;
    case 13:
        *ret_wall_ms = number;
        return true;
    case 16:
        *ret_wall_ms = number / 1000;
        return true;
    case 19:
        *ret_wall_ms = number / 1000000;
        return true;
    default:
        return false;
    }
}

bool timestamp_parse_lenient(str text, int64_t *ret_wall_ms, int *ret_offset_minutes)
{
    text = str_trim(text);
    if (parse_epoch(text, ret_wall_ms)) {
        *ret_offset_minutes = 0;
        return true;
    }
    char plain[TIMESTAMP_WORDS_SIZE];
    return parse(text, true, ret_wall_ms, ret_offset_minutes) ||
           (timestamp_words(text, plain) &&
            parse(str_of(plain), false, ret_wall_ms, ret_offset_minutes));
}

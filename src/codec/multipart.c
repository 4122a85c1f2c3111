// SPDX-License-Identifier: Apache-2.0
// multipart/form-data: parts stand between lines that begin with two dashes and the boundary.
#include "codec/multipart.h"

// How much stands together: a text between quotes, with what is escaped in it, or a character.
static size_t together(str text)
{
    if (text.data[0] != '"')
        return 1;
    size_t end = 1;
    while (end < text.len && text.data[end] != '"')
        end += text.data[end] == '\\' ? 2 : 1;
    return MIN(end + 1, text.len);
}

// The next parameter: a semicolon between quotes does not end it.
static bool parameter_next(str *rest, str *ret_parameter)
{
    if (!rest->data)
        return false;
    size_t end = 0;
    while (end < rest->len && rest->data[end] != ';')
        end += together(str_sub(*rest, end, SIZE_MAX));
    *ret_parameter = str_sub(*rest, 0, end);
    *rest = end == rest->len ? STR_NONE : str_sub(*rest, end + 1, SIZE_MAX);
    return true;
}

// A parameter's value behind `name=` in "form-data; name=x; filename=\"a b\"": with or without
// quotes. STR_NONE: not there.
static str parameter(str header, str name)
{
    str rest = header, piece;
    while (parameter_next(&rest, &piece)) {
        piece = str_trim(piece);
        size_t equals = str_find(piece, '=');
        if (equals == piece.len || !str_eq_nocase(str_trim(str_sub(piece, 0, equals)), name))
            continue;
        str value = str_trim(str_sub(piece, equals + 1, SIZE_MAX));
        if (value.len >= 2 && value.data[0] == '"' && value.data[value.len - 1] == '"')
            value = str_sub(value, 1, value.len - 2);
        return value;
    }
    return STR_NONE;
}

static bool is_boundary(str text)
{
    if (text.len == 0 || text.len > MULTIPART_BOUNDARY_MAX)
        return false;
    for (size_t i = 0; i < text.len; i++)
        if (text.data[i] <= ' ' || text.data[i] > '~')
            return false;
    return true;
}

bool multipart_begin(struct multipart *form, str content_type, str body)
{
    str type = str_trim(str_sub(content_type, 0, str_find(content_type, ';')));
    str boundary = parameter(content_type, STR("boundary"));
    if (!str_eq_nocase(type, STR("multipart/form-data")) || !is_boundary(boundary))
        return false;
    int len =
        snprintf(form->delimiter, sizeof(form->delimiter), "\r\n--%" PRIstr, STR_ARG(boundary));
    assert(len > 0 && (size_t)len < sizeof(form->delimiter));
    (void)len;
    str delimiter = str_of(form->delimiter);
    str first = str_sub(delimiter, 2, SIZE_MAX);
    if (str_starts(body, first)) {
        form->rest = str_sub(body, first.len, SIZE_MAX);
        return true;
    }
    size_t at = str_find_str(body, delimiter); // what stands before it is not for us
    form->rest = str_sub(body, at + delimiter.len, SIZE_MAX);
    return at < body.len;
}

// Name and file name from the part's header lines, which are taken out of *part.
static bool read_header(str *part, struct multipart_part *ret_part)
{
    *ret_part = (struct multipart_part){ 0 };
    while (true) {
        size_t end = str_find_str(*part, STR("\r\n"));
        if (end == part->len)
            return false;
        str line = str_sub(*part, 0, end);
        *part = str_sub(*part, end + 2, SIZE_MAX);
        if (line.len == 0)
            return ret_part->name.data != NULL;
        size_t colon = str_find(line, ':');
        if (!str_eq_nocase(str_sub(line, 0, colon), STR("Content-Disposition")))
            continue;
        str value = str_sub(line, colon + 1, SIZE_MAX);
        ret_part->name = parameter(value, STR("name"));
        ret_part->filename = parameter(value, STR("filename"));
    }
}

bool multipart_next(struct multipart *form, struct multipart_part *ret_part, bool *ret_is_whole)
{
    *ret_is_whole = str_starts(form->rest, STR("--"));
    while (str_starts(form->rest, STR(" ")) || str_starts(form->rest, STR("\t")))
        form->rest = str_sub(form->rest, 1, SIZE_MAX); // RFC 2046: transport padding
    if (*ret_is_whole || !str_starts(form->rest, STR("\r\n")))
        return false;
    str delimiter = str_of(form->delimiter);
    str part = str_sub(form->rest, 2, SIZE_MAX);
    size_t end = str_find_str(part, delimiter);
    if (end == part.len)
        return false;
    form->rest = str_sub(part, end + delimiter.len, SIZE_MAX);
    part = str_sub(part, 0, end);
    if (!read_header(&part, ret_part))
        return false;
    ret_part->content = part;
    return true;
}

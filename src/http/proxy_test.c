// SPDX-License-Identifier: Apache-2.0
// The PROXY header: each form of it, each prefix of each, and what only looks like one.
#include "base/test.h"

#include "http/proxy.h"

#define V2      "\r\n\r\n\0\r\nQUIT\n"
#define TCP4    "\xc6\x33\x64\x01\xc0\x00\x02\x01\xdc\x04\x01\xbb"
#define TCP6    "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x07" TCP6_TO "\xdc\x04\x01\xbb"
#define TCP6_TO "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x08"

static const struct row {
    str bytes;
    const char *client; // NULL: none is told
} good[] = {
    { STR("PROXY TCP4 198.51.100.1 192.0.2.1 56324 443\r\n"), "198.51.100.1" },
    { STR("PROXY TCP6 2001:db8::7 2001:db8::8 56324 443\r\n"), "2001:db8::7" },
    { STR("PROXY UNKNOWN\r\n"), NULL },
    { STR("PROXY UNKNOWN ffff::1 ffff::2 65535 65535\r\n"), NULL },
    { STR(V2 "\x21\x11\x00\x0c" TCP4), "198.51.100.1" },
    { STR(V2 "\x21\x21\x00\x24" TCP6), "2001:db8::7" },
    { STR(V2 "\x21\x11\x00\x10" TCP4 "\x04\x00\x01x"), "198.51.100.1" }, // with more behind
    { STR(V2 "\x20\x00\x00\x00"), NULL },                                // a health check
    { STR(V2 "\x20\x11\x00\x0c" TCP4), NULL },
    { STR(V2 "\x21\x00\x00\x00"), NULL },
    { STR(V2 "\x21\x31\x00\x02xx"), NULL },
};

static const str bad[] = {
    STR("GET / HTTP/1.1\r\n"),
    STR("PROXX"),
    STR("PROXY \r\n"),
    STR("PROXY TCP4 198.51.100.1 192.0.2.1 56324 443\n"),
    STR("PROXY TCP4 198.51.100.1 192.0.2.1 56324\r\n"),
    STR("PROXY TCP4 198.51.100.1 192.0.2.1 56324 443 1\r\n"),
    STR("PROXY TCP4 198.51.100.1 192.0.2.1 56324 65536\r\n"),
    STR("PROXY TCP4  198.51.100.1 192.0.2.1 56324 443\r\n"),
    STR("PROXY TCP4 2001:db8::7 2001:db8::8 56324 443\r\n"),
    STR("PROXY TCP6 198.51.100.1 192.0.2.1 56324 443\r\n"),
    STR("PROXY TCP4 host 192.0.2.1 56324 443\r\n"),
    STR("PROXY UNKNOWNS\r\n"),
    STR(V2 "\x11\x11\x00\x0c" TCP4),            // version 1 in the form of 2
    STR(V2 "\x22\x11\x00\x0c" TCP4),            // no such command
    STR(V2 "\x21\x11\x00\x04\xc6\x33\x64\x01"), // an address cut short
    STR(V2 "\x21\x21\x00\x0c" TCP4),
    STR(V2 "\x21\x11\xff\xff"), // longer than anybody needs
};

static void each_form_tells_its_client_and_waits_for_its_end(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(good); i++) {
        struct proxy_header header;
        str bytes = good[i].bytes;
        for (size_t len = 0; len < bytes.len; len++)
            assert_int_equal(proxy_parse(str_sub(bytes, 0, len), &header), PROXY_MORE);
        assert_int_equal(proxy_parse(bytes, &header), PROXY_DONE);
        assert_int_equal(header.len, bytes.len);
        assert_int_equal(header.has_client, good[i].client != NULL);
        char text[ADDRESS_TEXT_MAX] = "";
        if (header.has_client)
            address_print(&header.client, text);
        assert_string_equal(text, good[i].client ? good[i].client : "");
    }
}

static void what_follows_is_left_alone(void **state)
{
    (void)state;
    struct proxy_header header;
    str bytes = STR("PROXY UNKNOWN\r\nGET / HTTP/1.1\r\n");
    assert_int_equal(proxy_parse(bytes, &header), PROXY_DONE);
    assert_int_equal(header.len, STR("PROXY UNKNOWN\r\n").len);
}

static void what_only_looks_like_one_is_refused(void **state)
{
    (void)state;
    struct proxy_header header;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_int_equal(proxy_parse(bad[i], &header), PROXY_BAD);
    char line[200] = "PROXY UNKNOWN ";
    memset(line + 14, 'x', sizeof(line) - 14); // a line without an end
    assert_int_equal(proxy_parse(str_make(line, 106), &header), PROXY_MORE);
    assert_int_equal(proxy_parse(str_make(line, 107), &header), PROXY_BAD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_form_tells_its_client_and_waits_for_its_end),
        cmocka_unit_test(what_follows_is_left_alone),
        cmocka_unit_test(what_only_looks_like_one_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

// SPDX-License-Identifier: Apache-2.0
// The slow second evaluator.
#include "access/testing.h"

#include <stdlib.h>

#include "base/buf.h"

const char *const plain_ids[PLAIN_IDS] = { "a", "b", "c", "d" };

uint8_t plain_byte(struct rng *rng)
{
    uint8_t byte;
    rng_fill(rng, &byte, 1);
    return byte;
}

static void random_right(struct rng *rng, struct plain *plain, unsigned r, unsigned a)
{
    uint8_t byte = plain_byte(rng);
    bool has_ids = resource_has_ids((enum resource)r);
    plain->whole[r][a] = byte % 6 == 0;
    for (unsigned i = 0; i < PLAIN_IDS && has_ids && byte % 6 == 1; i++)
        plain->single[r][a][i] = byte >> (i + 3) & 1;
}

// Few rights, so that two policies often have something in common.
struct plain plain_random(struct rng *rng)
{
    struct plain plain = { 0 };
    for (unsigned r = 0; r < RESOURCE_COUNT; r++) {
        for (unsigned a = 0; a < ACTION_COUNT; a++)
            if (resource_has_action((enum resource)r, (enum action)a))
                random_right(rng, &plain, r, a);
    }
    for (unsigned i = 0; i < PII_COUNT; i++)
        plain.pii[i] = plain_byte(rng) % 4 == 0;
    return plain;
}

static void write_grant(const struct plain *plain, unsigned r, unsigned a, struct buf *text)
{
    const char *comma = "";
    if (plain->whole[r][a]) {
        buf_add_str(text, STR("{\"all\":true,\"includeFuture\":true}"));
        return;
    }
    buf_add_str(text, STR("{\"ids\":["));
    for (unsigned i = PLAIN_IDS; i-- > 0 && resource_has_ids((enum resource)r);) {
        if (!plain->single[r][a][i])
            continue;
        buf_addf(text, "%s\"%s\"", comma, plain_ids[i]);
        comma = ",";
    }
    buf_add_str(text, STR("]}"));
}

struct policy plain_policy(const struct plain *plain, struct arena *arena)
{
    AUTO(buf_done) struct buf text = { 0 };
    struct policy policy;
    buf_add_str(&text, STR("{\"resources\":{"));
    for (unsigned r = 0; r < RESOURCE_COUNT; r++) {
        const char *comma = "";
        buf_addf(&text, "%s\"%s\":{", r > 0 ? "," : "", resource_key((enum resource)r));
        for (unsigned a = 0; a < ACTION_COUNT; a++) {
            bool has_action = resource_has_action((enum resource)r, (enum action)a);
            if (!has_action || (!resource_has_ids((enum resource)r) && !plain->whole[r][a]))
                continue;
            buf_addf(&text, "%s\"%s\":", comma, action_key((enum action)a));
            write_grant(plain, r, a, &text);
            comma = ",";
        }
        buf_add_char(&text, '}');
    }
    buf_add_str(&text, STR("},\"pii\":{"));
    for (unsigned i = 0; i < PII_COUNT; i++)
        buf_addf(&text, "%s\"%s\":%s", i > 0 ? "," : "", pii_key((enum pii)i),
                 plain->pii[i] ? "true" : "false");
    buf_add_str(&text, STR("}}"));
    assert_int_equal(policy_read(buf_str(&text), NULL, arena, &policy, NULL), OK);
    return policy;
}

bool plain_allows(const struct plain *plain, unsigned r, unsigned a, int id)
{
    return plain->whole[r][a] || (id >= 0 && plain->single[r][a][id]);
}

bool plain_is_within(const struct plain *narrow, const struct plain *wide)
{
    for (unsigned slot = 0; slot < RESOURCE_COUNT * ACTION_COUNT; slot++) {
        for (int id = -1; id < PLAIN_IDS; id++) {
            if (plain_allows(narrow, slot / ACTION_COUNT, slot % ACTION_COUNT, id) &&
                !plain_allows(wide, slot / ACTION_COUNT, slot % ACTION_COUNT, id))
                return false;
        }
    }
    for (unsigned i = 0; i < PII_COUNT; i++)
        if (narrow->pii[i] && !wide->pii[i])
            return false;
    return true;
}

long random_rounds(long fallback)
{
    const char *text = getenv("PINTLE_ROUNDS");
    return text ? strtol(text, NULL, 10) : fallback;
}

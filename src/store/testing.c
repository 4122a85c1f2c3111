// SPDX-License-Identifier: Apache-2.0
// The store of unit tests.
#include "base/test.h"

#include "store/testing.h"

#include "store/organizations.h"
#include "store/users.h"
#include "store/workspaces.h"

static void count_notice(struct observer *observer, enum log_level level, const char *what,
                         const struct log_pair *pairs)
{
    (void)level;
    (void)what;
    (void)pairs;
    CONTAINER_OF(observer, struct store_fixture, observer)->notices++;
}

struct store_parts store_fixture_parts(struct store_fixture *fixture)
{
    return (struct store_parts){
        .fs = fs_real(),
        .dir = str_of(fixture->dir),
        .id = fixture->id,
        .clock = &fixture->clock.clock,
        .rng = rng_system(),
        .observer = &fixture->observer,
    };
}

void store_fixture_close(struct store_fixture *fixture)
{
    store_close(TAKE(fixture->store));
}

enum err store_fixture_open(struct store_fixture *fixture)
{
    struct store_parts parts = store_fixture_parts(fixture);
    fixture->problem = (struct problem){ 0 };
    return store_open(&parts, &fixture->store, &fixture->problem);
}

struct store_tx *store_fixture_begin(struct store_fixture *fixture, enum store_mode mode)
{
    struct store_tx *tx = NULL;
    assert_int_equal(store_begin(fixture->store, mode, fixture->arena, &tx, &fixture->problem),
                     OK);
    return tx;
}

void store_fixture_commit(struct store_tx *tx)
{
    struct problem problem = { 0 };
    assert_int_equal(store_commit(tx, &problem), OK);
    store_end(tx);
}

static void add_organization(struct store_fixture *fixture)
{
    struct organization_row organization = { .name = STR("Acme") };
    struct workspace_row workspace = { .name = STR("Main"),
                                       .environment = STR("PRODUCTION"),
                                       .api_reveals_secrets = true };
    struct user_row user = { .email = STR("Ada@example.com"), .name = STR("Ada") };
    struct member_row member = { .role = STR("admin") };
    struct store_tx *tx = store_fixture_begin(fixture, STORE_WRITE);
    assert_int_equal(store_organization_create(tx, &organization, &fixture->problem), OK);
    workspace.organization_id = organization.id;
    assert_int_equal(store_workspace_create(tx, &workspace, &fixture->problem), OK);
    assert_int_equal(store_user_create(tx, &user, &fixture->problem), OK);
    member.organization_id = organization.id;
    member.user_id = user.id;
    assert_int_equal(store_member_add(tx, &member, &fixture->problem), OK);
    store_fixture_commit(tx);
    fixture->organization_id = organization.id;
    fixture->workspace_id = workspace.id;
    fixture->user_id = user.id;
}

void store_fixture_start(struct store_fixture *fixture)
{
    *fixture = (struct store_fixture){
        .dir = "/tmp/store-test-XXXXXX",
        .id = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16 },
        .observer.notice = count_notice,
    };
    assert_non_null(mkdtemp(fixture->dir));
    fixture->arena = arena_new(256 << 20);
    clock_fake_init(&fixture->clock, 1700000000000);
    assert_int_equal(store_fixture_open(fixture), OK);
    add_organization(fixture);
}

static void remove_one(void *ctx, const char *name)
{
    struct store_fixture *fixture = ctx;
    const char *path = store_fixture_path(fixture, name);
    assert_int_equal(fs_real()->ops->remove(fs_real(), path), 0);
}

void store_fixture_stop(struct store_fixture *fixture)
{
    store_fixture_close(fixture);
    (void)fs_real()->ops->list(fs_real(), fixture->dir, remove_one, fixture);
    (void)remove(fixture->dir);
    arena_free(fixture->arena);
}

int store_fixture_set_up(void **state)
{
    store_fixture_start(*state);
    return 0;
}

int store_fixture_tear_down(void **state)
{
    store_fixture_stop(*state);
    return 0;
}

int store_fixture_set_up_tx(void **state)
{
    struct store_fixture *fixture = *state;
    store_fixture_start(fixture);
    fixture->tx = store_fixture_begin(fixture, STORE_WRITE);
    return 0;
}

int store_fixture_tear_down_tx(void **state)
{
    struct store_fixture *fixture = *state;
    store_end(TAKE(fixture->tx));
    store_fixture_stop(fixture);
    return 0;
}

const char *store_fixture_path(struct store_fixture *fixture, const char *name)
{
    return arena_printf(fixture->arena, "%s/%s", fixture->dir, name).data;
}

str store_fixture_file(struct store_fixture *fixture, const char *name)
{
    str data = STR_NONE;
    assert_int_equal(fs_read_file(fs_real(), store_fixture_path(fixture, name), 1 << 26,
                                  fixture->arena, &data, NULL),
                     OK);
    return data;
}

void store_fixture_write_file(struct store_fixture *fixture, const char *name, str data)
{
    assert_int_equal(fs_write_file(fs_real(), store_fixture_path(fixture, name), data, NULL),
                     OK);
}

struct source_row store_fixture_source(struct store_fixture *fixture, const char *name)
{
    struct source_row row = {
        .workspace_id = fixture->workspace_id,
        .name = str_of(name),
        .type = STR("Javascript"),
        .is_enabled = true,
        .config = STR("{}"),
    };
    struct store_tx *tx = store_fixture_begin(fixture, STORE_WRITE);
    assert_int_equal(store_source_create(tx, &row, &fixture->problem), OK);
    store_fixture_commit(tx);
    return row;
}

struct destination_row store_fixture_destination(struct store_fixture *fixture,
                                                 const char *name, const char *config)
{
    struct destination_row row = {
        .workspace_id = fixture->workspace_id,
        .name = str_of(name),
        .type = STR("WEBHOOK"),
        .is_enabled = true,
        .config = str_of(config),
        .version = 1,
    };
    struct store_tx *tx = store_fixture_begin(fixture, STORE_WRITE);
    assert_int_equal(store_destination_create(tx, &row, &fixture->problem), OK);
    store_fixture_commit(tx);
    return row;
}

struct personal_token_row store_fixture_token(struct store_fixture *fixture, uint8_t number,
                                              const char *scope)
{
    struct personal_token_row row = {
        .user_id = fixture->user_id,
        .workspace_id = fixture->workspace_id,
        .name = STR("ci"),
        .scope = str_of(scope),
        .digest = { 7, 7, 7, 7, 7, 7, 7, 7, number },
        .prefix = STR("ptl_pat_"),
        .last4 = STR("abcd"),
    };
    struct store_tx *tx = store_fixture_begin(fixture, STORE_WRITE);
    assert_int_equal(store_personal_token_create(tx, &row, &fixture->problem), OK);
    store_fixture_commit(tx);
    return row;
}

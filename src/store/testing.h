// SPDX-License-Identifier: Apache-2.0
// For unit tests only: a store in a directory of its own, with a clock that is set by hand and
// one organization with a workspace and an admin in it.
#pragma once

#include "base/arena.h"
#include "base/clock.h"
#include "base/rand.h"
#include "store/destinations.h"
#include "store/members.h"
#include "store/personal_tokens.h"
#include "store/sources.h"
#include "store/store.h"

struct store_fixture {
    char dir[64];
    uint8_t id[STORE_DIRECTORY_ID_LEN];
    struct clock_fake clock;
    struct arena *arena;
    struct store *store; // NULL while it is closed
    struct problem problem;
    size_t notices; // told to the observer
    struct observer observer;
    str organization_id;
    str workspace_id;
    str user_id;
    struct store_tx *tx; // of STORE_TX_TEST
};

// A new directory, an open store with the organization in it.
void store_fixture_start(struct store_fixture *fixture);
// Closes the store, removes the directory.
void store_fixture_stop(struct store_fixture *fixture);

// The same as cmocka wants it; *state is the fixture.
int store_fixture_set_up(void **state);
int store_fixture_tear_down(void **state);
#define STORE_TEST(name, fixture)                                                              \
    cmocka_unit_test_prestate_setup_teardown(name, store_fixture_set_up,                       \
                                             store_fixture_tear_down, fixture)

// A test inside of a write transaction, fixture->tx, that is never committed.
int store_fixture_set_up_tx(void **state);
int store_fixture_tear_down_tx(void **state);
#define STORE_TX_TEST(name, fixture)                                                           \
    cmocka_unit_test_prestate_setup_teardown(name, store_fixture_set_up_tx,                    \
                                             store_fixture_tear_down_tx, fixture)

struct store_parts store_fixture_parts(struct store_fixture *fixture);
void store_fixture_close(struct store_fixture *fixture);
// Opens the store again; the answer is in fixture->problem too.
enum err store_fixture_open(struct store_fixture *fixture);

// Transactions that must succeed.
struct store_tx *store_fixture_begin(struct store_fixture *fixture, enum store_mode mode);
void store_fixture_commit(struct store_tx *tx);

// "DIR/name" in the arena.
const char *store_fixture_path(struct store_fixture *fixture, const char *name);
// The file DIR/name, in the arena; written anew.
str store_fixture_file(struct store_fixture *fixture, const char *name);
void store_fixture_write_file(struct store_fixture *fixture, const char *name, str data);

// One committed row each.
struct source_row store_fixture_source(struct store_fixture *fixture, const char *name);
struct destination_row store_fixture_destination(struct store_fixture *fixture,
                                                 const char *name, const char *config);
// Of the admin. The digests of all begin with the same 64 bits.
struct personal_token_row store_fixture_token(struct store_fixture *fixture, uint8_t number,
                                              const char *scope);

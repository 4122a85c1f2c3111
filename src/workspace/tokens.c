// SPDX-License-Identifier: Apache-2.0
// The table of token digests: shards with reader-writer locks, so that a million tokens are
// looked up by all threads while single ones come and go. Each token is packed; whom tokens
// belong to is kept once for all of the same owner. Uses are noted beside the table and stored
// later.
#include "workspace/inside.h"

#include "base/mem.h"
#include "codec/hash.h"
#include "codec/ksuid.h"
#include "codec/utf8.h"

enum { SHARDS = 64, ADDRESS_MAX = 64, AGENT_MAX = 256 };
enum { OWNER_TEXTS = 3, TEXTS = 4 };

// A use that is not stored yet; owned by the shard's list, also when its token has gone.
struct use {
    struct use *next;
    uint8_t digest[TOKEN_DIGEST_LEN];
    char token_id[KSUID_LEN + 1];
    bool is_service;
    int64_t at_ms;
    char ip[ADDRESS_MAX];
    char user_agent[AGENT_MAX];
};

// Whom tokens belong to: few beside the tokens, so they stay as long as the table.
struct owner {
    str texts[OWNER_TEXTS]; // of owner_texts_of
    str key;
    char bytes[];
};

// There may be a million: one piece of memory each.
struct token {
    struct token *next; // another token whose digest begins with the same 64 bits
    struct use *use;    // NULL: nothing to store
    const struct owner *owner;
    int64_t not_before_ms;
    int64_t ends_ms;
    uint8_t digest[TOKEN_DIGEST_LEN];
    uint32_t lens[TEXTS]; // of texts_of
    uint32_t grants;
    uint8_t kind;
    uint8_t scope;
    char texts[];
};

struct shard {
    pthread_rwlock_t lock;
    struct map *tokens; // by the first 64 bits of the digest
    struct use *uses;
};

struct token_table {
    struct shard shards[SHARDS];
    atomic_bool is_flush_due; // somebody was told to flush
    pthread_mutex_t owners_lock;
    struct map *owners; // by key
};

struct token_table *token_table_new(void)
{
    struct token_table *table = NEW(struct token_table);
    pthread_mutex_init(&table->owners_lock, NULL);
    table->owners = map_new();
    for (size_t i = 0; i < SHARDS; i++) {
        pthread_rwlock_init(&table->shards[i].lock, NULL);
        table->shards[i].tokens = map_new();
    }
    return table;
}

static void free_tokens(struct map *tokens)
{
    size_t at = 0;
    for (struct token *token; (token = map_each(tokens, &at));) {
        for (struct token *next; token; token = next) {
            next = token->next;
            mem_free(token);
        }
    }
    map_free(tokens);
}

static void free_uses(struct use *use)
{
    for (struct use *next; use; use = next) {
        next = use->next;
        mem_free(use);
    }
}

void token_table_free(struct token_table *table)
{
    if (!table)
        return;
    for (size_t i = 0; i < SHARDS; i++) {
        free_tokens(table->shards[i].tokens);
        free_uses(table->shards[i].uses);
        pthread_rwlock_destroy(&table->shards[i].lock);
    }
    size_t at = 0;
    for (struct owner *owner; (owner = map_each(table->owners, &at));)
        mem_free(owner);
    map_free(table->owners);
    pthread_mutex_destroy(&table->owners_lock);
    mem_free(table);
}

// Digests of SHA-256 are as good as random: no hash is needed on top.
static uint64_t key_of(const uint8_t *digest)
{
    uint64_t key;
    memcpy(&key, digest, sizeof(key));
    return key;
}

static struct shard *shard_of(struct token_table *table, const uint8_t *digest)
{
    return &table->shards[digest[TOKEN_DIGEST_LEN - 1] % SHARDS];
}

static struct token *find(const struct shard *shard, const uint8_t *digest)
{
    struct token *token = map_get_u64(shard->tokens, key_of(digest));
    while (token && !hash_equal(token->digest, digest, TOKEN_DIGEST_LEN))
        token = token->next;
    return token;
}

static void put(struct shard *shard, struct token *token)
{
    token->next = map_get_u64(shard->tokens, key_of(token->digest));
    map_put_u64(shard->tokens, key_of(token->digest), token);
}

static void take_out(struct shard *shard, struct token *token)
{
    struct token *head = map_get_u64(shard->tokens, key_of(token->digest));
    struct token **at = &head;
    while (*at != token)
        at = &(*at)->next;
    *at = token->next;
    if (head)
        map_put_u64(shard->tokens, key_of(token->digest), head);
    else
        map_remove_u64(shard->tokens, key_of(token->digest));
    mem_free(token);
}

static void owner_texts_of(struct token_binding *binding, str *ret_texts[OWNER_TEXTS])
{
    str *texts[] = { &binding->user_id, &binding->organization_id, &binding->workspace_id };
    _Static_assert(ARRAY_LEN(texts) == OWNER_TEXTS, "each text of an owner");
    memcpy(ret_texts, texts, sizeof(texts));
}

// The texts that are a token's own.
static void texts_of(struct token_binding *binding, str *ret_texts[TEXTS])
{
    str *texts[] = { &binding->id, &binding->name, &binding->policy, &binding->allowed_ips };
    _Static_assert(ARRAY_LEN(texts) == TEXTS, "each text of a token");
    memcpy(ret_texts, texts, sizeof(texts));
}

static size_t append(char *bytes, size_t at, str text)
{
    if (text.len > 0)
        memcpy(bytes + at, text.data, text.len);
    return at + text.len;
}

// The key is the texts with commas between them.
static struct owner *owner_new(str *const texts[OWNER_TEXTS])
{
    size_t len = OWNER_TEXTS, at = 0;
    for (size_t i = 0; i < OWNER_TEXTS; i++)
        len += texts[i]->len;
    struct owner *owner = mem_zalloc(1, sizeof(*owner) + len);
    for (size_t i = 0; i < OWNER_TEXTS; i++) {
        owner->texts[i] = str_make(owner->bytes + at, texts[i]->len);
        at = append(owner->bytes, at, *texts[i]);
        owner->bytes[at++] = ',';
    }
    owner->key = str_make(owner->bytes, at);
    return owner;
}

static const struct owner *owner_of(struct token_table *table, struct token_binding *binding)
{
    str *texts[OWNER_TEXTS];
    owner_texts_of(binding, texts);
    struct owner *fresh = owner_new(texts);
    pthread_mutex_lock(&table->owners_lock);
    struct owner *known = map_get(table->owners, fresh->key);
    if (!known)
        (void)map_put(table->owners, fresh->key, fresh);
    pthread_mutex_unlock(&table->owners_lock);
    if (!known)
        return fresh;
    mem_free(fresh);
    return known;
}

static struct token *token_new(struct token_table *table, const uint8_t *digest,
                               const struct token_binding *binding)
{
    struct token_binding copy = *binding;
    str *texts[TEXTS];
    size_t len = 0, at = 0;
    texts_of(&copy, texts);
    for (size_t i = 0; i < TEXTS; i++)
        len += texts[i]->len;
    struct token *token = mem_zalloc(1, offsetof(struct token, texts) + len);
    for (size_t i = 0; i < TEXTS; i++) {
        token->lens[i] = (uint32_t)texts[i]->len;
        at = append(token->texts, at, *texts[i]);
    }
    memcpy(token->digest, digest, TOKEN_DIGEST_LEN);
    token->owner = owner_of(table, &copy);
    token->not_before_ms = binding->not_before_ms;
    token->ends_ms = binding->ends_ms;
    token->kind = (uint8_t)binding->kind;
    token->scope = (uint8_t)binding->scope;
    token->grants = binding->grants;
    return token;
}

static void unpack(const struct token *token, struct arena *arena,
                   struct token_binding *ret_binding)
{
    str *owner_texts[OWNER_TEXTS], *texts[TEXTS];
    const char *at = token->texts;
    *ret_binding = (struct token_binding){
        .kind = (enum principal_kind)token->kind,
        .scope = (enum token_scope)token->scope,
        .grants = token->grants,
        .not_before_ms = token->not_before_ms,
        .ends_ms = token->ends_ms,
    };
    owner_texts_of(ret_binding, owner_texts);
    for (size_t i = 0; i < OWNER_TEXTS; i++)
        *owner_texts[i] = arena_dup(arena, token->owner->texts[i]);
    texts_of(ret_binding, texts);
    for (size_t i = 0; i < TEXTS; i++) {
        *texts[i] = arena_dup(arena, str_make(at, token->lens[i]));
        at += token->lens[i];
    }
}

void token_table_put(struct token_table *table, const uint8_t digest[TOKEN_DIGEST_LEN],
                     const struct token_binding *binding)
{
    struct shard *shard = shard_of(table, digest);
    struct token *fresh = binding ? token_new(table, digest, binding) : NULL;
    pthread_rwlock_wrlock(&shard->lock);
    struct token *known = find(shard, digest);
    if (known && fresh)
        fresh->use = known->use;
    if (known)
        take_out(shard, known);
    if (fresh)
        put(shard, fresh);
    pthread_rwlock_unlock(&shard->lock);
}

bool token_table_find(struct token_table *table, const uint8_t digest[TOKEN_DIGEST_LEN],
                      struct arena *arena, struct token_binding *ret_binding)
{
    struct shard *shard = shard_of(table, digest);
    pthread_rwlock_rdlock(&shard->lock);
    const struct token *token = find(shard, digest);
    if (token)
        unpack(token, arena, ret_binding);
    pthread_rwlock_unlock(&shard->lock);
    return token != NULL;
}

// --- Uses

static struct use *use_of(struct shard *shard, struct token *token)
{
    if (token->use)
        return token->use;
    struct use *use = NEW(struct use);
    memcpy(use->digest, token->digest, sizeof(use->digest));
    str id = str_make(token->texts, token->lens[0]); // the first of texts_of
    (void)str_copy(id, use->token_id, sizeof(use->token_id));
    use->is_service = token->kind == PRINCIPAL_WORKSPACE_SERVICE ||
                      token->kind == PRINCIPAL_ORGANIZATION_SERVICE;
    use->next = shard->uses;
    shard->uses = use;
    token->use = use;
    return use;
}

// At most size - 1 bytes and no part of a character; what is not UTF-8 becomes question marks.
static void copy_cut(str text, char *dest, size_t size)
{
    size_t len = 0;
    while (len < text.len) {
        uint32_t code;
        size_t step = utf8_decode(str_sub(text, len, text.len), &code);
        if (len + MAX(step, (size_t)1) > size - 1)
            break;
        if (step > 0)
            memcpy(dest + len, text.data + len, step);
        else
            dest[len] = '?';
        len += MAX(step, (size_t)1);
    }
    dest[len] = '\0';
}

bool token_table_note(struct token_table *table, const uint8_t digest[TOKEN_DIGEST_LEN],
                      const struct token_use_note *note)
{
    struct shard *shard = shard_of(table, digest);
    pthread_rwlock_wrlock(&shard->lock);
    struct token *token = find(shard, digest);
    if (token) {
        struct use *use = use_of(shard, token);
        use->at_ms = MAX(use->at_ms, note->at_ms);
        copy_cut(note->ip, use->ip, sizeof(use->ip));
        copy_cut(note->user_agent, use->user_agent, sizeof(use->user_agent));
    }
    pthread_rwlock_unlock(&shard->lock);
    // After the note is in the list: a flush that has missed it leaves this false.
    return token && !atomic_exchange(&table->is_flush_due, true);
}

static struct use *take_uses(struct shard *shard)
{
    pthread_rwlock_wrlock(&shard->lock);
    struct use *uses = TAKE(shard->uses);
    for (struct use *use = uses; use; use = use->next) {
        struct token *token = find(shard, use->digest);
        if (token && token->use == use)
            token->use = NULL;
    }
    pthread_rwlock_unlock(&shard->lock);
    return uses;
}

// What could not be stored waits for the next time, unless there is something newer.
static void put_back(struct token_table *table, struct use *uses)
{
    for (struct use *use = uses, *next; use; use = next) {
        struct shard *shard = shard_of(table, use->digest);
        next = use->next;
        pthread_rwlock_wrlock(&shard->lock);
        struct token *token = find(shard, use->digest);
        bool is_newest = token && !token->use;
        if (is_newest) {
            token->use = use;
            use->next = shard->uses;
            shard->uses = use;
        }
        pthread_rwlock_unlock(&shard->lock);
        if (!is_newest)
            mem_free(use);
    }
}

static enum err store_uses(struct store *store, const struct use *uses, struct problem *problem)
{
    AUTO(arena_free) struct arena *arena = arena_new(SIZE_MAX); // the uses are few
    AUTO(store_end) struct store_tx *tx = NULL;
    enum err err = store_begin(store, STORE_NOTE, arena, &tx, problem);
    for (const struct use *use = uses; use && !err; use = use->next) {
        const struct token_use noted = {
            .id = str_of(use->token_id),
            .at_ms = use->at_ms,
            .ip = str_of(use->ip),
            .user_agent = str_of(use->user_agent),
        };
        err = use->is_service ? store_service_token_used(tx, &noted, problem)
                              : store_personal_token_used(tx, &noted, problem);
    }
    return err ? err : store_commit(tx, problem);
}

enum err token_table_flush(struct token_table *table, struct store *store,
                           struct problem *ret_problem)
{
    // First of all: a use noted from here on asks for another flush.
    atomic_store(&table->is_flush_due, false);
    struct use *all = NULL;
    for (size_t i = 0; i < SHARDS; i++) {
        struct use *uses = take_uses(&table->shards[i]);
        for (struct use *use = uses, *next; use; use = next) {
            next = use->next;
            use->next = all;
            all = use;
        }
    }
    if (!all)
        return OK;
    enum err err = store_uses(store, all, ret_problem);
    if (err)
        put_back(table, all);
    else
        free_uses(all);
    return err;
}

// SPDX-License-Identifier: Apache-2.0
#include "trust/authorities.h"

#include <openssl/err.h>
#include <openssl/x509_vfy.h>
#include <pthread.h>
#include <stdlib.h>

#include "base/mem.h"

enum { KEPT_MS = 3600 * 1000 };

struct authorities {
    const struct clock *clock;
    char *file; // NULL: none
    char *dir;
    pthread_mutex_t lock;
    X509_STORE *store; // guarded; NULL: nothing was read yet
    int64_t read_ms;   // guarded: when
};

static char *place(const char *variable, const char *otherwise)
{
    const char *named = getenv(variable);
    const char *chosen = named ? named : otherwise;
    return chosen ? mem_dup_cstr(chosen) : NULL;
}

struct authorities *authorities_new(const char *file, const char *dir,
                                    const struct clock *clock)
{
    struct authorities *authorities = NEW(struct authorities);
    authorities->clock = clock;
    authorities->file = place("SSL_CERT_FILE", file);
    authorities->dir = place("SSL_CERT_DIR", dir);
    pthread_mutex_init(&authorities->lock, NULL);
    return authorities;
}

void authorities_free(struct authorities *authorities)
{
    if (!authorities)
        return;
    X509_STORE_free(authorities->store);
    pthread_mutex_destroy(&authorities->lock);
    mem_free(authorities->file);
    mem_free(authorities->dir);
    mem_free(authorities);
}

// With the lock. What a directory holds OpenSSL looks up when somebody names it as his issuer.
static void read_again(struct authorities *authorities)
{
    X509_STORE *store = X509_STORE_new();
    assert(store);
    bool is_read = !authorities->file || X509_STORE_load_file(store, authorities->file) == 1;
    if (authorities->dir)
        (void)X509_STORE_load_path(store, authorities->dir); // without it fewer are believed
    ERR_clear_error(); // else the next connection's failure would be told as this one
    if (!is_read && authorities->store) {
        X509_STORE_free(store);
        return;
    }
    // One who is named here is believed whoever vouches for him: so does curl by itself.
    (void)X509_STORE_set_flags(store, X509_V_FLAG_TRUSTED_FIRST | X509_V_FLAG_PARTIAL_CHAIN);
    X509_STORE_free(authorities->store);
    authorities->store = store;
    authorities->read_ms = is_read ? clock_mono_ms(authorities->clock) : INT64_MIN / 2;
}

struct x509_store_st *authorities_store(struct authorities *authorities)
{
    pthread_mutex_lock(&authorities->lock);
    int64_t age_ms = clock_mono_ms(authorities->clock) - authorities->read_ms;
    if (!authorities->store || age_ms >= KEPT_MS)
        read_again(authorities);
    X509_STORE *store = authorities->store;
    (void)X509_STORE_up_ref(store);
    pthread_mutex_unlock(&authorities->lock);
    return store;
}

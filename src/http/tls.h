// SPDX-License-Identifier: Apache-2.0
// The certificate that servers show over TLS (versions 1.2 and 1.3; RFC 9325), shared by all
// threads, and replaced while they run.
#pragma once

#include "base/base.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"

struct http_tls;

struct http_tls_settings {
    str certificate_file; // PEM: the server's own certificate, then those that vouch for it
    str key_file;         // PEM, without a passphrase; not for others to read
    str min_version;      // "1.2" or "1.3"
};

// ERR_INVALID: no version that is spoken. The problem's field is tls_min_version.
enum err http_tls_version_check(str version, struct problem *ret_problem);

// Reads both files. The problem's field is the setting to look at: tls_certificate_file,
// tls_key_file or tls_min_version. ERR_NOT_FOUND, ERR_FORBIDDEN (not readable, or a key that
// others may read), ERR_INVALID (not PEM, a key of another certificate …). An expired
// certificate is taken: see http_tls_validity.
enum err http_tls_open(const struct http_tls_settings *settings, const struct clock *clock,
                       struct http_tls **ret_tls, struct problem *ret_problem);

// Reads both files again, for connections that begin from here on. After an error the old
// certificate stays. From any thread.
enum err http_tls_reload(struct http_tls *tls, struct problem *ret_problem);

// When the certificate begins and ceases to hold, in seconds since 1970. From any thread.
struct http_tls_validity {
    int64_t not_before_s;
    int64_t not_after_s;
};
struct http_tls_validity http_tls_validity(struct http_tls *tls);

// After the servers that use it. NULL is accepted.
void http_tls_close(struct http_tls *tls);
AUTO_DEFINE(struct http_tls *, http_tls_close)

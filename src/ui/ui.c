// SPDX-License-Identifier: Apache-2.0
// The dashboard's files as a family of routes, with the headers that keep other sites and
// injected scripts away from it.
#include "ui/ui.h"

#include "ui_files.h"

// Scripts come from our files only, none inline. Styles may be inline because the component
// library writes its colours into a <style> element; a style cannot run code.
static const struct http_header security_headers[] = {
    {
        .name = STR("Content-Security-Policy"),
        .value = STR("default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
                     "img-src 'self' data:; font-src 'self'; connect-src 'self'; "
                     "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"),
    },
    { .name = STR("X-Content-Type-Options"), .value = STR("nosniff") },
    // The setup link carries a token: addresses are told to nobody.
    { .name = STR("Referrer-Policy"), .value = STR("no-referrer") },
    // For browsers that do not know frame-ancestors.
    { .name = STR("X-Frame-Options"), .value = STR("DENY") },
};

struct http_static ui_dashboard(void)
{
    return (struct http_static){
        .files = ui_files,
        .count = ARRAY_LEN(ui_files),
        .fallback_path = "/index.html",
        .headers = security_headers,
        .header_count = ARRAY_LEN(security_headers),
    };
}

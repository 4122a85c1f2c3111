// SPDX-License-Identifier: Apache-2.0
#include "app/mailing.h"

#include "os/fs.h"

enum { SECRET_FILE_MAX_BYTES = 4096 };

enum err secret_file_read(str path, struct arena *arena, struct secret *ret_secret,
                          struct problem *ret_problem)
{
    str data = STR(""), line = STR("");
    enum err err = OK;
    if (path.len > 0)
        err = fs_read_file(fs_real(), arena_cstr(arena, path), SECRET_FILE_MAX_BYTES, arena,
                           &data, ret_problem);
    if (err)
        return err;
    (void)str_next(&data, '\n', &line);
    *ret_secret = secret_of(str_trim(line));
    return OK;
}

enum err mailing_settings(const struct settings *settings, struct arena *arena,
                          struct mail_settings *ret_mail, struct problem *ret_problem)
{
    struct mail_settings mail = {
        .url = settings->smtp_url,
        .from = settings->smtp_from,
        .ca_file = settings->smtp_ca_file,
        .is_insecure = settings->smtp_insecure,
    };
    enum err err = secret_file_read(settings->smtp_credentials_file, arena, &mail.credentials,
                                    ret_problem);
    if (!err)
        err = mail_settings_check(&mail, ret_problem);
    if (!err)
        *ret_mail = mail;
    return err;
}

// SPDX-License-Identifier: Apache-2.0
// What the settings say of mail, and secrets that have a file of their own.
#pragma once

#include "app/settings.h"
#include "base/secret.h"
#include "mail/mail.h"

// The file's first line, in the arena; empty when no file is named. Errors are those of
// fs_read_file.
enum err secret_file_read(str path, struct arena *arena, struct secret *ret_secret,
                          struct problem *ret_problem);

// ERR_INVALID also when smtp_url is empty.
enum err mailing_settings(const struct settings *settings, struct arena *arena,
                          struct mail_settings *ret_mail, struct problem *ret_problem);

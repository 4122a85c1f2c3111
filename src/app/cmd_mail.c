// SPDX-License-Identifier: Apache-2.0
// `pintle mail test`: whether the settings for mail work, told by sending a letter.
#include "app/command.h"
#include "app/mailing.h"

static const struct command_option options[] = {
    { "to", "ADDRESS", "Who gets the letter", true },
    { 0 },
};

static enum exit_code run(const struct invocation *invocation)
{
    AUTO(arena_free) struct arena *arena = arena_new(64 * 1024);
    struct problem problem;
    struct mail_settings settings;
    const struct mail_letter letter = {
        .to = invocation_option(invocation, "to"),
        .subject = STR("Pintle can send mail"),
        .text =
            STR("Hello,\n\nthis letter was sent by `pintle mail test`. The settings work.\n"),
    };
    enum err err = mailing_settings(invocation->settings, arena, &settings, &problem);
    if (!err)
        err = mail_send(&settings, &letter, &problem);
    if (err)
        return command_fail(&problem);
    (void)printf("The mail server took a letter to %" PRIstr ".\n", STR_ARG(letter.to));
    return EXIT_DONE;
}

const struct command command_mail_test = {
    .name = "mail test",
    .summary = "Send a letter to see whether the settings for mail work",
    .prose = "Uses the settings smtp_… as `pintle serve` does, and says what the mail server\n"
             "answered. Needs no running server.",
    .options = options,
    .takes_all_settings = true,
    .run = run,
};

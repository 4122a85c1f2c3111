// SPDX-License-Identifier: Apache-2.0
// Configuration documents as files: YAML or JSON, with references in the place of secrets.
#pragma once

#include "app/client.h"
#include "base/map.h"

// A file as it is applied: the document as JSON, secrets put in.
struct configuration_file {
    str path;
    str text;                   // wiped by configuration_file_done
    struct map *lines;          // of YAML: the line of each value by its path
    struct client_list skipped; // texts: what is not taken of another server's file
};
void configuration_file_init(struct configuration_file *file);
void configuration_file_done(struct configuration_file *file);
static inline void configuration_file_done_auto_(struct configuration_file *file)
{
    configuration_file_done(file);
}

// Reads the file ("-": standard input). A reference that leads nowhere is ERR_INVALID naming
// its place; all errors are in client->problem.
enum err configuration_file_read(struct client *client, str path,
                                 struct configuration_file *file);

// "FILE, line 12: sources[2].name" for a place that the server named.
str configuration_file_place(struct client *client, const struct configuration_file *file,
                             str place);

// configuration_foreign.c: whether it is a workspaceConfig.json of rudder-server, and the
// document with what can be taken of it; `skipped` gets a sentence for everything else.
bool configuration_is_foreign(yyjson_val *root);
yyjson_mut_val *configuration_from_foreign(yyjson_mut_doc *doc, yyjson_val *root,
                                           yyjson_mut_val *skipped);

// configuration_print.c
void configuration_print_yaml(yyjson_val *document);
void configuration_print_changes(yyjson_val *answer);

// SPDX-License-Identifier: Apache-2.0
// The dashboard: files built from ui/ and embedded in the binary, served for every path that no
// other family wants. Whoever asks for a page that is no file gets the start page, whose script
// shows the page the address names.
#pragma once

#include "http/static.h"

// For http_static_family; the caller may add what programs get at "/".
struct http_static ui_dashboard(void);

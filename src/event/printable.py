# SPDX-License-Identifier: Apache-2.0
"""Makes printable.c from Unicode's UnicodeData.txt:

    python3 src/event/printable.py /usr/share/unicode/UnicodeData.txt > src/event/printable.c
"""
import sys

KEPT_CATEGORIES = "LMNPS"  # letters, marks, numbers, punctuation, symbols
INVISIBLE = {0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0}

HEAD = """// SPDX-License-Identifier: Apache-2.0
// Which characters stay in ids: Unicode 15.0 letters, marks, numbers, punctuation and symbols, and
// the space; without those that look like nothing. Made by printable.py.
#include "event/printable.h"

// Where the answer changes: from the first entry on characters stay, from the second on they do
// not, and so on.
static const uint32_t turns[] = {
"""

TAIL = """};

bool printable_is(uint32_t code)
{
    size_t low = 0, high = ARRAY_LEN(turns); // turns[0 .. low) are at or below code
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (turns[middle] <= code)
            low = middle + 1;
        else
            high = middle;
    }
    return low % 2 == 1;
}
"""


def kept_codes(path):
    kept = {0x20}
    first = None
    for line in open(path, encoding="ascii"):
        code, name, category = line.split(";")[:3]
        code = int(code, 16)
        if name.endswith("First>"):
            first = code
            continue
        start = first if name.endswith("Last>") else code
        if category[0] in KEPT_CATEGORIES:
            kept.update(range(start, code + 1))
    return kept - INVISIBLE


def main():
    kept = kept_codes(sys.argv[1])
    turns = [c for c in range(0x110001) if (c in kept) != (c - 1 in kept)]
    sys.stdout.write(HEAD)
    line = "   "
    for turn in turns:
        word = " 0x%x," % turn
        if len(line + word) > 96:
            print(line)
            line = "   "
        line += word
    print(line)
    sys.stdout.write(TAIL)


main()

// SPDX-License-Identifier: Apache-2.0
// The life of pieces: fresh in a draft, live, retired, freed.
#include "workspace/pieces.h"

#include "base/mem.h"

enum { SWEEP_AT_LEAST_BYTES = 256 << 10 };

struct piece {
    struct list_node node;
    int64_t born;    // the first picture that has it
    int64_t retired; // the first one after it that has not
    size_t size;
    void (*done)(void *payload);
};
_Static_assert(sizeof(struct piece) % sizeof(void *) == 0, "what follows is aligned");

static struct piece *piece_of(const void *payload)
{
    return (struct piece *)payload - 1;
}

static void piece_free(struct piece *piece)
{
    list_remove(&piece->node);
    if (piece->done)
        piece->done(piece + 1);
    mem_free(piece);
}

static void free_all(struct list *list)
{
    LIST_EACH (list, node)
        piece_free(CONTAINER_OF(node, struct piece, node));
}

void pieces_init(struct pieces *pieces)
{
    list_init(&pieces->live);
    list_init(&pieces->retired);
    pieces->retired_bytes = 0;
    pieces->sweep_at_bytes = SWEEP_AT_LEAST_BYTES;
}

void pieces_done(struct pieces *pieces)
{
    free_all(&pieces->retired);
    free_all(&pieces->live);
}

void *piece_new(struct draft *draft, size_t size_bytes, void (*done)(void *payload))
{
    struct piece *piece = mem_zalloc(1, sizeof(*piece) + size_bytes);
    piece->born = draft->number;
    piece->done = done;
    piece->size = sizeof(*piece) + size_bytes;
    list_add_last(&draft->fresh, &piece->node);
    return piece + 1;
}

void piece_drop(struct draft *draft, const void *payload)
{
    if (!payload)
        return;
    if (draft->dropped_count == draft->dropped_cap) {
        draft->dropped_cap = MAX(draft->dropped_cap * 2, (size_t)16);
        draft->dropped =
            mem_realloc(draft->dropped, draft->dropped_cap * sizeof(*draft->dropped));
    }
    draft->dropped[draft->dropped_count++] = piece_of(payload);
}

bool piece_is_fresh(const struct draft *draft, const void *payload)
{
    return piece_of(payload)->born == draft->number;
}

void draft_init(struct draft *draft, struct pieces *pieces, int64_t number)
{
    *draft = (struct draft){ .pieces = pieces, .number = number };
    list_init(&draft->fresh);
}

static void move_all(struct list *from, struct list *to)
{
    for (struct list_node *node; (node = list_take_first(from));)
        list_add_last(to, node);
}

static void retire(struct draft *draft, struct piece *piece)
{
    piece->retired = draft->number;
    list_remove(&piece->node);
    list_add_last(&draft->pieces->retired, &piece->node);
    draft->pieces->retired_bytes += piece->size;
}

void draft_keep(struct draft *draft)
{
    for (size_t i = 0; i < draft->dropped_count; i++)
        retire(draft, draft->dropped[i]);
    move_all(&draft->fresh, &draft->pieces->live);
    mem_free(TAKE(draft->dropped));
}

void draft_discard(struct draft *draft)
{
    free_all(&draft->fresh);
    mem_free(TAKE(draft->dropped));
    draft->dropped_count = draft->dropped_cap = 0;
}

static bool is_shown(const struct piece *piece, const int64_t *numbers, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (numbers[i] >= piece->born && numbers[i] < piece->retired)
            return true;
    }
    return false;
}

// Sweeping again only when half of what is there is new keeps the cost of each change constant,
// however much an old picture holds back.
void pieces_sweep(struct pieces *pieces, const int64_t *numbers, size_t count)
{
    if (pieces->retired_bytes < pieces->sweep_at_bytes)
        return;
    LIST_EACH (&pieces->retired, node) {
        struct piece *piece = CONTAINER_OF(node, struct piece, node);
        if (is_shown(piece, numbers, count))
            continue;
        pieces->retired_bytes -= piece->size;
        piece_free(piece);
    }
    pieces->sweep_at_bytes = MAX(2 * pieces->retired_bytes, (size_t)SWEEP_AT_LEAST_BYTES);
}

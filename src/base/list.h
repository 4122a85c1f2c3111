// SPDX-License-Identifier: Apache-2.0
// A circular doubly linked list whose links are embedded in the items (struct list_node).
#pragma once

#include "base/base.h"

struct list_node {
    struct list_node *next;
    struct list_node *prev;
};

struct list {
    struct list_node head;
};

static inline void list_init(struct list *list)
{
    list->head.next = list->head.prev = &list->head;
}

static inline bool list_is_empty(const struct list *list)
{
    return list->head.next == &list->head;
}

static inline void list_insert_before(struct list_node *at, struct list_node *node)
{
    node->prev = at->prev;
    node->next = at;
    at->prev->next = node;
    at->prev = node;
}

static inline void list_add_last(struct list *list, struct list_node *node)
{
    list_insert_before(&list->head, node);
}

static inline void list_add_first(struct list *list, struct list_node *node)
{
    list_insert_before(list->head.next, node);
}

// Removing a node that is in no list (both links NULL) does nothing.
static inline void list_remove(struct list_node *node)
{
    if (!node->next)
        return;
    node->prev->next = node->next;
    node->next->prev = node->prev;
    node->next = node->prev = NULL;
}

static inline bool list_has(const struct list_node *node)
{
    return node->next != NULL;
}

static inline struct list_node *list_take_first(struct list *list)
{
    if (list_is_empty(list))
        return NULL;
    struct list_node *first = list->head.next;
    list_remove(first);
    return first;
}

// The body may remove `node`, but no other item.
#define LIST_EACH(list, node)                                                                  \
    for (struct list_node *node = (list)->head.next, *node##_next_ = node->next;               \
         node != &(list)->head; node = node##_next_, node##_next_ = node->next)

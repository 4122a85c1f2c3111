// SPDX-License-Identifier: Apache-2.0
// The router: for each family a tree of path segments. A literal segment is preferred to {…},
// and that to *. So a path that is a pattern goes before all others, and needs no walk.
#include "http/router.h"

#include "base/list.h"
#include "base/map.h"
#include "base/mem.h"
#include "http/method.h"
#include "http/route.h"

struct row {
    struct row *next;
    str method;
    const struct http_route *route;
};

struct node {
    struct node *next; // among the literal children of one parent
    str segment;
    struct node *literals;
    struct node *param; // {…}
    struct row *rest;   // rows of *: everything below
    struct row *rows;
    const struct family *family; // of a node in the router's map
};

struct family {
    struct http_family parts;
    str *prefixes; // of the parts, with their lengths; STR_NONE is behind the last one
    struct node *root;
};

struct http_router {
    struct family *families;
    size_t count;
    size_t fallback;
    struct map *literals; // path → node, of patterns without {…} and *
};

static struct node *literal_child(const struct node *node, str segment)
{
    for (struct node *child = node->literals; child; child = child->next)
        if (str_eq(child->segment, segment))
            return child;
    return NULL;
}

static struct node *child_for(struct node *node, str segment)
{
    if (str_starts(segment, STR("{"))) {
        assert(str_ends(segment, STR("}")));
        if (!node->param)
            node->param = NEW(struct node);
        return node->param;
    }
    struct node *child = literal_child(node, segment);
    if (child)
        return child;
    child = NEW(struct node);
    child->segment = segment;
    child->next = node->literals;
    return node->literals = child;
}

static const struct http_route *row_find(const struct row *row, str method)
{
    for (; row; row = row->next)
        if (str_eq(row->method, method))
            return row->route;
    return NULL;
}

static void row_add(struct row **rows, const struct http_route *route)
{
    str method = str_of(route->method);
    assert(!row_find(*rows, method)); // two rows with the same method and shape
    struct row *row = NEW(struct row);
    *row = (struct row){ .next = *rows, .method = method, .route = route };
    *rows = row;
}

static bool prefix_fits(str path, str prefix)
{
    return str_starts(path, prefix) && (str_ends(prefix, STR("/")) || path.len == prefix.len ||
                                        path.data[prefix.len] == '/');
}

static const struct family *family_of(const struct http_router *router, str path)
{
    const struct family *best = &router->families[router->fallback];
    size_t best_len = 0;
    for (size_t i = 0; i < router->count; i++) {
        for (const str *prefix = router->families[i].prefixes; prefix->data; prefix++) {
            if (prefix->len > best_len && prefix_fits(path, *prefix)) {
                best = &router->families[i];
                best_len = prefix->len;
            }
        }
    }
    return best;
}

static void route_add(struct http_router *router, const struct family *family,
                      const struct http_route *route)
{
    assert(route->handle && route->pattern[0] == '/');
    str pattern = str_of(route->pattern), rest = str_sub(pattern, 1, SIZE_MAX), segment;
    struct node *node = family->root;
    size_t param_count = 0;
    while (str_next(&rest, '/', &segment)) {
        if (str_eq(segment, STR("*"))) {
            assert(!rest.data); // only at the end
            row_add(&node->rest, route);
            return;
        }
        node = child_for(node, segment);
        param_count += str_starts(segment, STR("{"));
    }
    assert(param_count <= HTTP_PARAMS_MAX);
    row_add(&node->rows, route);
    if (param_count == 0 && family_of(router, pattern) == family) {
        node->family = family;
        (void)map_put(router->literals, pattern, node); // again for each method
    }
}

static str *prefixes_make(const char *const *texts)
{
    size_t count = 0;
    while (texts && texts[count])
        count++;
    str *prefixes = mem_zalloc(count + 1, sizeof(*prefixes));
    for (size_t i = 0; i < count; i++)
        prefixes[i] = str_of(texts[i]);
    return prefixes;
}

struct http_router *http_router_new(const struct http_family *families, size_t count,
                                    size_t fallback)
{
    assert(fallback < count);
    struct http_router *router = NEW(struct http_router);
    router->families = mem_zalloc(count, sizeof(*router->families));
    router->count = count;
    router->fallback = fallback;
    router->literals = map_new();
    for (size_t i = 0; i < count; i++) {
        struct family *family = &router->families[i];
        family->parts = families[i];
        assert(family->parts.fail);
        family->prefixes = prefixes_make(families[i].prefixes);
        family->root = NEW(struct node);
    }
    for (size_t i = 0; i < count; i++)
        for (const struct http_route *route = families[i].routes; route->method; route++)
            route_add(router, &router->families[i], route);
    return router;
}

static void rows_free(struct row *row)
{
    while (row) {
        struct row *next = row->next;
        mem_free(row);
        row = next;
    }
}

static void node_free(struct node *node)
{
    if (!node)
        return;
    for (struct node *child = node->literals; child;) {
        struct node *next = child->next;
        node_free(child);
        child = next;
    }
    node_free(node->param);
    rows_free(node->rest);
    rows_free(node->rows);
    mem_free(node);
}

void http_router_free(struct http_router *router)
{
    if (!router)
        return;
    for (size_t i = 0; i < router->count; i++) {
        node_free(router->families[i].root);
        mem_free(router->families[i].prefixes);
    }
    mem_free(router->families);
    map_free(router->literals);
    mem_free(router);
}

struct search {
    str method;
    const struct row *seen; // of the first node that has the path, whatever its methods
    const struct http_route *route;
    struct route_match *match;
};

static bool rows_take(struct search *search, const struct row *rows)
{
    if (!rows)
        return false;
    if (!search->seen)
        search->seen = rows;
    search->route = row_find(rows, search->method);
    return search->route != NULL;
}

// rest: the path below node without the slash; data NULL: the path ends at node. Descends at
// most as deep as the patterns are.
static bool node_find(struct search *search, const struct node *node, str rest,
                      size_t param_count)
{
    str segment;
    if (!str_next(&rest, '/', &segment))
        return rows_take(search, node->rows);
    const struct node *literal = literal_child(node, segment);
    if (literal && node_find(search, literal, rest, param_count))
        return true;
    if (node->param && segment.len > 0) {
        search->match->params[param_count] = segment;
        if (node_find(search, node->param, rest, param_count + 1))
            return true;
        search->match->params[param_count] = STR_NONE;
    }
    return rows_take(search, node->rest);
}

static void allow_add(char *allow, str method)
{
    size_t len = strlen(allow);
    int more = snprintf(allow + len, ALLOW_MAX_BYTES - len, "%s%" PRIstr, len ? ", " : "",
                        STR_ARG(method));
    assert(more > 0 && len + (size_t)more < ALLOW_MAX_BYTES);
    (void)more;
}

static void allow_fill(const struct http_family *family, const struct row *rows, char *allow)
{
    allow[0] = '\0';
    for (const struct row *row = rows; row; row = row->next)
        allow_add(allow, row->method);
    if (family->answers_head && row_find(rows, STR("GET")) && !row_find(rows, STR("HEAD")))
        allow_add(allow, STR("HEAD"));
}

static void family_find(const struct family *family, str path, struct search *search)
{
    str below = str_sub(path, 1, SIZE_MAX);
    if (str_starts(path, STR("/")) && node_find(search, family->root, below, 0))
        return;
    if (family->parts.answers_head && str_eq(search->method, STR("HEAD")) && search->seen) {
        search->method = STR("GET");
        (void)node_find(search, family->root, below, 0);
    }
}

static bool is_preflight(const struct family *family, str method, bool is_asked)
{
    return is_asked && family->parts.preflight && str_eq(method, STR("OPTIONS"));
}

static void fail_set(struct route_match *match, const struct family *family, str method,
                     const struct row *seen)
{
    bool is_foreign = !method_known(method).data;
    match->status = seen || is_foreign ? 405 : 404;
    if (seen)
        allow_fill(&family->parts, seen, match->allow);
}

void router_find(const struct http_router *router, str method, str path,
                 bool is_preflight_asked, struct route_match *ret_match)
{
    const struct node *literal = map_get(router->literals, path);
    const struct family *family = literal ? literal->family : family_of(router, path);
    *ret_match = (struct route_match){ .family = &family->parts };
    ret_match->is_preflight = is_preflight(family, method, is_preflight_asked);
    if (ret_match->is_preflight)
        return;
    struct search search = { .method = method, .match = ret_match };
    if (!literal || !rows_take(&search, literal->rows))
        family_find(family, path, &search);
    ret_match->route = search.route;
    if (!search.route)
        fail_set(ret_match, family, method, search.seen);
}

#include "json/tree.h"

#include <string.h>

static void take_value(struct json_walk *walk, struct json_node *node, struct arena *arena)
{
    node->type = json_peek(walk);
    node->at = walk->pos;
    struct json_text text;
    if (json_text(walk, &text))
        node->text = json_decode(text, arena);
    else if (!json_number(walk, &node->text) && !json_bool(walk, &node->is_true))
        json_skip(walk, NULL); /* null */
}

static struct json_node *add_child(struct json_node *parent, struct json_node *last,
                                   struct arena *arena)
{
    struct json_node *node = ARENA_NEW(arena, struct json_node);
    if (last)
        last->next = node;
    else
        parent->first = node;
    parent->len++;
    return node;
}

/* Recursion is bounded by JSON_DEPTH_MAX, which the walk enforces. */
static void take_node(struct json_walk *walk, struct json_node *node, struct arena *arena)
{
    struct json_text key;
    struct json_node *last = NULL;
    size_t at = 0;
    switch (json_peek(walk)) {
    case JSON_OBJECT:
        at = walk->pos;
        json_object(walk);
        while (json_member(walk, &key)) {
            last = add_child(node, last, arena);
            last->name = json_decode(key, arena);
            last->name_at = key.at;
            take_node(walk, last, arena);
        }
        node->type = JSON_OBJECT;
        break;
    case JSON_ARRAY:
        at = walk->pos;
        json_array(walk);
        while (json_element(walk)) {
            last = add_child(node, last, arena);
            take_node(walk, last, arena);
        }
        node->type = JSON_ARRAY;
        break;
    default:
        take_value(walk, node, arena);
        return;
    }
    node->at = at;
}

struct json_node *json_parse(struct arena *arena, struct str text, struct json_problem *problem)
{
    struct json_walk walk; /* 8 KB that nobody needs afterwards */
    struct json_node *root = ARENA_NEW(arena, struct json_node);
    json_walk_init(&walk, text, arena);
    take_node(&walk, root, arena);
    if (json_finish(&walk) && walk.lone_surrogate_at == JSON_NOWHERE)
        return root;
    *problem = walk.problem
                   ? (struct json_problem){ walk.problem, walk.problem_name, walk.problem_at }
                   : (struct json_problem){ "a lone surrogate in an escape",
                                            { 0 },
                                            walk.lone_surrogate_at };
    return NULL;
}

/* Offset after the string or comment at pos. */
static size_t string_end(struct str text, size_t pos)
{
    for (pos++; pos < text.len && text.ptr[pos] != '"' && text.ptr[pos] != '\n'; pos++)
        pos += text.ptr[pos] == '\\';
    return pos < text.len ? pos + 1 : text.len;
}

static size_t block_end(struct str text, size_t pos)
{
    for (pos += 2; pos + 1 < text.len; pos++)
        if (text.ptr[pos] == '*' && text.ptr[pos + 1] == '/')
            return pos + 2;
    return 0;
}

static void blank(char *text, size_t from, size_t to)
{
    for (; from < to; from++)
        if (text[from] != '\n')
            text[from] = ' ';
}

bool json_blank_comments(struct arena *arena, struct str text, struct str *blanked, size_t *at)
{
    char *copy = str_to_c(arena, text);
    for (size_t pos = 0; pos < text.len;) {
        char next = pos + 1 < text.len ? text.ptr[pos + 1] : '\0';
        size_t end = pos + 1;
        if (text.ptr[pos] == '"') {
            end = string_end(text, pos);
        } else if (text.ptr[pos] == '/' && next == '/') {
            end = str_find(text, '\n', pos);
            blank(copy, pos, end);
        } else if (text.ptr[pos] == '/' && next == '*') {
            end = block_end(text, pos);
            *at = pos;
            if (!end)
                return false;
            blank(copy, pos, end);
        }
        pos = end;
    }
    *blanked = (struct str){ copy, text.len };
    return true;
}

const struct json_node *json_get(const struct json_node *object, const char *name)
{
    const struct str wanted = str_from_c(name); /* measured once, not for every member */
    if (!object || object->type != JSON_OBJECT)
        return NULL;
    for (const struct json_node *node = object->first; node; node = node->next)
        if (str_equal(node->name, wanted))
            return node;
    return NULL;
}

struct str json_get_text(const struct json_node *object, const char *name)
{
    const struct json_node *node = json_get(object, name);
    return node && node->type == JSON_STRING ? node->text : (struct str){ 0 };
}

int64_t json_get_integer(const struct json_node *object, const char *name, int64_t fallback)
{
    const struct json_node *node = json_get(object, name);
    int64_t value;
    return node && node->type == JSON_NUMBER && json_integer(node->text, &value) ? value : fallback;
}

double json_get_double(const struct json_node *object, const char *name, double fallback)
{
    const struct json_node *node = json_get(object, name);
    return node && node->type == JSON_NUMBER ? json_double(node->text) : fallback;
}

bool json_get_bool(const struct json_node *object, const char *name, bool fallback)
{
    const struct json_node *node = json_get(object, name);
    return node && node->type == JSON_BOOL ? node->is_true : fallback;
}

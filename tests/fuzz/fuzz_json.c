/* The strict walk, the tree and comments: they agree, and what they give is what they promise. */
#include "fuzz.h"

#include "base/utf8.h"
#include "json/tree.h"

static void check_node(const struct json_node *node, struct str text)
{
    int64_t integer;
    fuzz_expect(node->at < text.len, "a value is inside the text");
    fuzz_expect(utf8_invalid_at(node->name, 0) == node->name.len, "names are UTF-8");
    if (node->type == JSON_STRING)
        fuzz_expect(utf8_invalid_at(node->text, 0) == node->text.len, "texts are UTF-8");
    if (node->type == JSON_NUMBER && json_integer(node->text, &integer))
        fuzz_expect(integer >= -(INT64_C(1) << 53) && integer <= INT64_C(1) << 53,
                    "integers are within 2^53");
    for (const struct json_node *child = node->first; child; child = child->next)
        check_node(child, text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = { 0 };
    struct str text = fuzz_text(data, size), blanked;
    struct json_problem problem = { 0 };
    struct json_walk *walk = ARENA_NEW(&arena, struct json_walk);
    size_t at = 0;
    json_walk_init(walk, text, &arena);
    bool is_valid = json_finish(walk);
    fuzz_expect(is_valid || walk->problem_at <= text.len, "a problem is inside the text");
    fuzz_expect(walk->spaces <= text.len, "no more spaces than bytes");
    const struct json_node *root = json_parse(&arena, text, &problem);
    fuzz_expect(!root == !(is_valid && walk->lone_surrogate_at == JSON_NOWHERE),
                "the walk and the tree agree");
    if (root)
        check_node(root, text);
    if (json_blank_comments(&arena, text, &blanked, &at))
        fuzz_expect(blanked.len == text.len, "blanking keeps offsets");
    else
        fuzz_expect(at < text.len, "an open comment starts inside the text");
    arena_free(&arena);
    return 0;
}

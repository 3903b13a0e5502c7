/* Bytes that are no UTF-8 are the same to all who look at a text: each maximal part that could have
 * begun a character is one U+FFFD (Unicode 15.0, section 3.9). So the text with these in their
 * place costs what the text costs, with the vocabulary and without, and is what the API is sent. */
#include <stdlib.h>

#include "count/count_body.h"
#include "count/offline/estimate.h"
#include "count/offline/tokenizer.h"
#include "json/tree.h"
#include "json/write.h"
#include "naive/naive_characters.h"
#include "naive/random_text.h"
#include "tap.h"

static struct arena arena;
static struct tokenizer tokenizers[VOCAB_FAMILIES_LEN];

static struct str replaced(struct arena *into, struct str text)
{
    struct buf out = { .arena = into };
    for (size_t at = 0, size; at < text.len; at += size)
        naive_add_character(&out,
                            naive_decode((const uint8_t *)text.ptr + at, text.len - at, &size));
    return buf_str(&out);
}

/* Heads and tails of characters, whole ones, and bytes that are never of one. */
static struct str random_bytes(struct arena *into)
{
    static const unsigned char bytes[] = {
        'a',  'Q',  ' ',  '\n', '.',  '1',  0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2,
        0xc3, 0xdf, 0xe0, 0xe1, 0xe4, 0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xfe, 0xff,
    };
    struct buf out = { .arena = into };
    for (unsigned left = 1 + random_below(40); left; left--)
        if (random_below(5))
            buf_add_char(&out, (char)bytes[random_below(sizeof bytes)]);
        else
            random_add_character(&out, 0x80 + random_below(random_below(2) ? 0x900 : 0x1f000));
    return buf_str(&out);
}

static bool costs_the_same(struct str text, struct str plain)
{
    const struct text_edges inside = { .tail = TEXT_TAIL_INSIDE };
    struct estimate_features got = { 0 }, want = { 0 };
    estimate_features_add(&got, text.ptr, text.len);
    estimate_features_add(&want, plain.ptr, plain.len);
    bool same = memcmp(&got, &want, sizeof got) == 0;
    for (int i = 0; i < VOCAB_FAMILIES_LEN && tokenizers[i].vocab; i++)
        same &= tokenizer_count(&tokenizers[i], text, inside) ==
                tokenizer_count(&tokenizers[i], plain, inside);
    return same;
}

/* As reports show it. */
static struct str written(struct arena *into, struct str text)
{
    char *bytes = NULL;
    size_t size = 0;
    struct json_problem problem;
    struct json_write json = { .out = open_memstream(&bytes, &size) };
    json_write_begin(&json, '{');
    json_write_text_member(&json, "text", text);
    json_write_end(&json, '}');
    fclose(json.out);
    const struct json_node *root = json_parse(into, (struct str){ bytes, size }, &problem);
    const struct str got = root ? str_copy(into, json_get_text(root, "text")) : (struct str){ 0 };
    free(bytes);
    return got;
}

static struct str sent(struct arena *into, struct str text)
{
    const struct request request = { .is_prompt = true, .model = STR("m"), .body = text };
    return count_body(into, &request, &(struct count_body_form){ 0 });
}

static void test_random(void)
{
    bool cost = true, shown = true, asked = true;
    size_t invalid_len = 0;
    for (int i = 0; i < 4000; i++) {
        struct arena scratch = { 0 };
        const struct str text = i % 4 ? random_bytes(&scratch) : random_text(&scratch);
        const struct str plain = replaced(&scratch, text);
        invalid_len += !str_equal(text, plain);
        cost &= costs_the_same(text, plain);
        shown &= str_equal(written(&scratch, text), plain);
        asked &= str_equal(sent(&scratch, text), sent(&scratch, plain));
        arena_free(&scratch);
    }
    ok(invalid_len > 1000, "many are no UTF-8");
    ok(cost, "they cost what they cost with U+FFFD in the place");
    ok(shown, "reports show U+FFFD");
    ok(asked, "the API is asked about U+FFFD");
}

int main(void)
{
    const struct vocab *vocab = vocab_embedded();
    for (unsigned i = 0; vocab && i < VOCAB_FAMILIES_LEN; i++)
        tokenizer_init(&tokenizers[i], vocab, (enum vocab_family)i, &arena);
    test_random();
    arena_free(&arena);
    return tap_done();
}

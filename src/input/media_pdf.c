#include "input/media_pdf.h"

#include <stddef.h>
#include <string.h>

#include "base/str.h"

enum { WORD_LEN_MAX = 16, NUMBER_LEN_MAX = 9, AT_END = -1, UNKNOWN = -1 };

/* What of a dictionary is of interest. */
enum key {
    KEY_OTHER,
    KEY_COUNT,
    KEY_ENCRYPT,
    KEY_LENGTH,
    KEY_LINEARIZED,
    KEY_N,
    KEY_PARENT,
    KEY_TYPE
};
enum type { TYPE_OTHER, TYPE_OBJECT_STREAM, TYPE_PAGE, TYPE_PAGES, TYPE_XREF };

struct dictionary {
    enum type type;
    int64_t numbers[KEY_TYPE + 1]; /* UNKNOWN: none, or one that stands elsewhere */
    bool has[KEY_TYPE + 1];        /* a value that is not null */
    bool expects_value;
    enum key key; /* the last one */
};

enum token_kind { TOKEN_CLOSE, TOKEN_NAME, TOKEN_OPEN, TOKEN_OPEN_LIST, TOKEN_STRING, TOKEN_WORD };

struct token {
    enum token_kind kind;
    char text[WORD_LEN_MAX]; /* of a name or word */
    size_t len;              /* one more than there is room for: it is longer */
};

/* What stands before a dictionary outside of others. */
enum owner { OWNER_NONE, OWNER_OBJECT, OWNER_TRAILER };

struct scan {
    struct base64 *base64;
    unsigned char bytes[4096];
    size_t len, pos;
    size_t depth; /* of dictionaries and lists */
    bool is_list; /* the outermost is */
    enum owner owner;
    struct dictionary dictionary; /* the outermost one, or the last */
    struct media_pdf *pdf;
    size_t headers, revisions, roots;
    int64_t root_count, linearized;
    bool hides_objects;
};

/* --- bytes */

static int peek(struct scan *scan)
{
    if (scan->pos == scan->len) {
        scan->len = base64_read(scan->base64, scan->bytes, sizeof scan->bytes);
        scan->pos = 0;
    }
    return scan->pos < scan->len ? scan->bytes[scan->pos] : AT_END;
}

static int take(struct scan *scan)
{
    const int byte = peek(scan);
    scan->pos += byte != AT_END;
    return byte;
}

static void skip(struct scan *scan, size_t size)
{
    const size_t here = scan->len - scan->pos;
    scan->pos += size < here ? size : here;
    if (size > here)
        base64_skip(scan->base64, size - here);
}

static bool is_space(int byte)
{
    return byte == 0 || byte == ' ' || byte == '\f' || byte == '\t' || byte == '\n' || byte == '\r';
}

static bool is_regular(int byte)
{
    return byte > 0 && !is_space(byte) && !strchr("()<>[]{}/%", byte);
}

/* --- tokens */

static void skip_comment(struct scan *scan)
{
    static const char header[] = "PDF-";
    size_t same = 0;
    for (int byte = take(scan); byte != AT_END && byte != '\n' && byte != '\r'; byte = take(scan)) {
        if (same < sizeof header - 1 && byte == header[same]) {
            same++;
            scan->headers += same == sizeof header - 1;
        } else if (same < sizeof header - 1) {
            same = sizeof header;
        }
    }
}

static void skip_string(struct scan *scan)
{
    size_t depth = 1;
    while (depth) {
        const int byte = take(scan);
        if (byte == AT_END)
            return;
        if (byte == '\\')
            take(scan);
        depth += byte == '(';
        depth -= byte == ')';
    }
}

static void skip_hexadecimal(struct scan *scan)
{
    for (int byte = take(scan); byte != AT_END && byte != '>';)
        byte = take(scan);
}

static void read_regular(struct scan *scan, struct token *token)
{
    for (; is_regular(peek(scan)); take(scan)) {
        if (token->len < WORD_LEN_MAX)
            token->text[token->len] = (char)peek(scan);
        token->len += token->len <= WORD_LEN_MAX;
    }
}

/* One that starts with a delimiter. */
static void read_delimited(struct scan *scan, int byte, struct token *token)
{
    token->kind = TOKEN_STRING;
    if (byte == '/') {
        token->kind = TOKEN_NAME;
        read_regular(scan, token);
    } else if (byte == '[') {
        token->kind = TOKEN_OPEN_LIST;
    } else if (byte == '(') {
        skip_string(scan);
    } else if (byte == '<' && peek(scan) == '<') {
        token->kind = TOKEN_OPEN;
        take(scan);
    } else if (byte == '<') {
        skip_hexadecimal(scan);
    } else if (byte == ']' || (byte == '>' && peek(scan) == '>')) {
        token->kind = TOKEN_CLOSE;
        if (byte == '>')
            take(scan);
    }
}

static bool read_token(struct scan *scan, struct token *token)
{
    int byte = peek(scan);
    for (; is_space(byte) || byte == '%'; byte = peek(scan)) {
        take(scan);
        if (byte == '%')
            skip_comment(scan);
    }
    *token = (struct token){ .kind = TOKEN_WORD };
    if (byte == AT_END)
        return false;
    if (is_regular(byte))
        read_regular(scan, token);
    else
        read_delimited(scan, take(scan), token);
    return true;
}

static bool token_is(const struct token *token, const char *text)
{
    return token->len <= WORD_LEN_MAX && str_equal_c((struct str){ token->text, token->len }, text);
}

/* A number of pages or bytes; UNKNOWN for what is none. */
static int64_t number_of(const struct token *token)
{
    int64_t number = 0;
    if (token->kind != TOKEN_WORD || !token->len || token->len > NUMBER_LEN_MAX)
        return UNKNOWN;
    for (size_t i = 0; i < token->len; i++) {
        if (token->text[i] < '0' || token->text[i] > '9')
            return UNKNOWN;
        number = 10 * number + (token->text[i] - '0');
    }
    return number;
}

/* --- dictionaries */

static enum key key_of(const struct token *token)
{
    static const char *const names[] = {
        [KEY_OTHER] = "",
        [KEY_COUNT] = "Count",
        [KEY_ENCRYPT] = "Encrypt",
        [KEY_LENGTH] = "Length",
        [KEY_LINEARIZED] = "Linearized",
        [KEY_N] = "N",
        [KEY_PARENT] = "Parent",
        [KEY_TYPE] = "Type",
    };
    for (int key = KEY_COUNT; key <= KEY_TYPE; key++)
        if (token_is(token, names[key]))
            return (enum key)key;
    return KEY_OTHER;
}

static enum type type_of(const struct token *token)
{
    static const char *const names[] = {
        [TYPE_OTHER] = "",    [TYPE_OBJECT_STREAM] = "ObjStm",
        [TYPE_PAGE] = "Page", [TYPE_PAGES] = "Pages",
        [TYPE_XREF] = "XRef",
    };
    for (int type = TYPE_OBJECT_STREAM; type <= TYPE_XREF; type++)
        if (token_is(token, names[type]))
            return (enum type)type;
    return TYPE_OTHER;
}

static void start_dictionary(struct dictionary *dictionary)
{
    *dictionary = (struct dictionary){ .type = TYPE_OTHER };
    for (int key = 0; key <= KEY_TYPE; key++)
        dictionary->numbers[key] = UNKNOWN;
}

static void take_value(struct dictionary *dictionary, const struct token *token)
{
    const enum key key = dictionary->key;
    if (!dictionary->expects_value) {
        if (token_is(token, "R")) /* the numbers before it name an object */
            dictionary->numbers[key] = UNKNOWN;
        return;
    }
    dictionary->expects_value = false;
    dictionary->has[key] = !(token->kind == TOKEN_WORD && token_is(token, "null"));
    dictionary->numbers[key] = number_of(token);
    if (key == KEY_TYPE && token->kind == TOKEN_NAME)
        dictionary->type = type_of(token);
}

static void take_in_dictionary(struct dictionary *dictionary, const struct token *token)
{
    if (token->kind != TOKEN_NAME || dictionary->expects_value) {
        take_value(dictionary, token);
        return;
    }
    dictionary->key = key_of(token);
    dictionary->expects_value = true;
}

static void end_dictionary(struct scan *scan)
{
    const struct dictionary *dictionary = &scan->dictionary;
    const bool is_object = scan->owner == OWNER_OBJECT;
    if (scan->owner == OWNER_TRAILER || (is_object && dictionary->type == TYPE_XREF))
        scan->pdf->is_encrypted |= dictionary->has[KEY_ENCRYPT];
    if (!is_object)
        return;
    scan->pdf->pages_seen += dictionary->type == TYPE_PAGE;
    scan->hides_objects |= dictionary->type == TYPE_OBJECT_STREAM;
    if (dictionary->has[KEY_LINEARIZED])
        scan->linearized = dictionary->numbers[KEY_N];
    if (dictionary->type == TYPE_PAGES && !dictionary->has[KEY_PARENT]) {
        scan->roots++;
        scan->root_count = dictionary->numbers[KEY_COUNT];
    }
}

/* --- objects */

/* To the end of a stream whose bytes begin here. */
static void skip_to_end(struct scan *scan)
{
    static const char end[] = "endstream";
    size_t same = 0;
    for (int byte = take(scan); byte != AT_END; byte = take(scan)) {
        if (byte != end[same])
            same = same == 7 && byte == 'n' ? 2 : byte == 'e'; /* "endstre" ends in an e */
        else if (++same == sizeof end - 1)
            return;
    }
}

static void skip_stream(struct scan *scan)
{
    const int64_t length = scan->dictionary.numbers[KEY_LENGTH];
    if (scan->owner == OWNER_OBJECT && length > 0) {
        if (peek(scan) == '\r')
            take(scan);
        if (peek(scan) == '\n')
            take(scan);
        skip(scan, (size_t)length);
    }
    skip_to_end(scan);
    start_dictionary(&scan->dictionary);
}

static void take_word(struct scan *scan, const struct token *token)
{
    if (token_is(token, "obj"))
        scan->owner = OWNER_OBJECT;
    else if (token_is(token, "trailer"))
        scan->owner = OWNER_TRAILER;
    else if (token_is(token, "stream"))
        skip_stream(scan);
    else if (token_is(token, "endobj"))
        scan->owner = OWNER_NONE;
    else if (token_is(token, "startxref"))
        scan->revisions++;
}

static void take_token(struct scan *scan, const struct token *token)
{
    if (token->kind == TOKEN_WORD && (token_is(token, "endobj") || token_is(token, "obj")))
        scan->depth = 0; /* whatever was not closed */
    if (!scan->depth && token->kind == TOKEN_WORD)
        take_word(scan, token);
    if (scan->depth == 1 && !scan->is_list && token->kind != TOKEN_CLOSE)
        take_in_dictionary(&scan->dictionary, token);
    if (token->kind == TOKEN_OPEN || token->kind == TOKEN_OPEN_LIST) {
        if (!scan->depth++) {
            scan->is_list = token->kind == TOKEN_OPEN_LIST;
            start_dictionary(&scan->dictionary);
        }
    } else if (token->kind == TOKEN_CLOSE && scan->depth && !--scan->depth && !scan->is_list) {
        end_dictionary(scan);
    }
}

/* How many pages there are for sure. */
static int64_t certain_pages(const struct scan *scan)
{
    const int64_t seen = scan->pdf->pages_seen;
    const bool is_linearized = scan->linearized != UNKNOWN;
    const int64_t count = is_linearized ? scan->linearized : scan->root_count;
    if (scan->headers > 1 || scan->revisions > (is_linearized ? 2U : 1U) || scan->roots > 1)
        return 0;
    if (count == UNKNOWN)
        return seen;
    return scan->hides_objects || !seen || count < seen ? count : seen;
}

void media_pdf_read(struct base64 *base64, struct media_pdf *pdf)
{
    struct scan scan = {
        .base64 = base64, .pdf = pdf, .root_count = UNKNOWN, .linearized = UNKNOWN
    };
    struct token token;
    *pdf = (struct media_pdf){ 0 };
    while (read_token(&scan, &token))
        take_token(&scan, &token);
    pdf->pages = certain_pages(&scan);
    pdf->is_encrypted &= scan.headers <= 1;
}

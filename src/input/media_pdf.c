#include "input/media_pdf.h"

#include <stddef.h>

#include "input/media_pdf_stream.h"
#include "input/media_pdf_tokens.h"

enum { NUMBER_LEN_MAX = 9, UNKNOWN = -1 };

/* So many bytes of object streams are read, and so many more for each byte of the file:
 * dictionaries are a tenth of their size when they are compressed, zeros a thousandth. The objects
 * of more pages than any model takes are some MB. */
enum { STREAMS_SIZE_MIN = 64 * 1024, STREAMS_TIMES_MAX = 32, STREAMS_SIZE_MAX = 32 * 1024 * 1024 };

static size_t streams_budget(size_t file_size)
{
    const size_t budget = STREAMS_SIZE_MIN + STREAMS_TIMES_MAX * file_size;
    return budget < STREAMS_SIZE_MAX ? budget : STREAMS_SIZE_MAX;
}

/* What of a dictionary is of interest. */
enum key {
    KEY_OTHER,
    KEY_COUNT,
    KEY_DECODE_PARMS,
    KEY_ENCRYPT,
    KEY_F,
    KEY_FILTER,
    KEY_FIRST,
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
    size_t filters;                /* names of them, ... */
    bool inflates;                 /* ... of which the first is FlateDecode */
    bool expects_value;
    enum key key; /* the last one */
};

/* What stands before a dictionary outside of others. */
enum owner { OWNER_NONE, OWNER_OBJECT, OWNER_TRAILER };

struct scan {
    struct pdf_reading reading;
    size_t depth; /* of dictionaries and lists */
    bool is_list; /* the outermost is */
    enum owner owner;
    struct dictionary dictionary; /* the outermost one, or the last */
    struct media_pdf *pdf;
    size_t revisions, roots;
    int64_t root_count, linearized;
    bool in_stream;     /* of objects */
    bool hides_objects; /* in streams that could not be read */
    size_t budget;      /* of object streams */
};

/* A number of pages or bytes; UNKNOWN for what is none. */
static int64_t number_of(const struct pdf_token *token)
{
    int64_t number = 0;
    if (token->kind != PDF_TOKEN_WORD || !token->len || token->len > NUMBER_LEN_MAX)
        return UNKNOWN;
    for (size_t i = 0; i < token->len; i++) {
        if (token->text[i] < '0' || token->text[i] > '9')
            return UNKNOWN;
        number = 10 * number + (token->text[i] - '0');
    }
    return number;
}

/* --- dictionaries */

static enum key key_of(const struct pdf_token *token)
{
    static const char *const names[] = {
        [KEY_OTHER] = "",
        [KEY_COUNT] = "Count",
        [KEY_DECODE_PARMS] = "DecodeParms",
        [KEY_ENCRYPT] = "Encrypt",
        [KEY_F] = "F",
        [KEY_FILTER] = "Filter",
        [KEY_FIRST] = "First",
        [KEY_LENGTH] = "Length",
        [KEY_LINEARIZED] = "Linearized",
        [KEY_N] = "N",
        [KEY_PARENT] = "Parent",
        [KEY_TYPE] = "Type",
    };
    for (int key = KEY_COUNT; key <= KEY_TYPE; key++)
        if (pdf_token_is(token, names[key]))
            return (enum key)key;
    return KEY_OTHER;
}

static enum type type_of(const struct pdf_token *token)
{
    static const char *const names[] = {
        [TYPE_OTHER] = "",    [TYPE_OBJECT_STREAM] = "ObjStm",
        [TYPE_PAGE] = "Page", [TYPE_PAGES] = "Pages",
        [TYPE_XREF] = "XRef",
    };
    for (int type = TYPE_OBJECT_STREAM; type <= TYPE_XREF; type++)
        if (pdf_token_is(token, names[type]))
            return (enum type)type;
    return TYPE_OTHER;
}

static void start_dictionary(struct dictionary *dictionary)
{
    *dictionary = (struct dictionary){ .type = TYPE_OTHER };
    for (int key = 0; key <= KEY_TYPE; key++)
        dictionary->numbers[key] = UNKNOWN;
}

/* One, or one of a list. */
static void take_filter(struct dictionary *dictionary, const struct pdf_token *token)
{
    if (!dictionary->filters++)
        dictionary->inflates = pdf_token_is(token, "FlateDecode");
}

static void take_value(struct dictionary *dictionary, const struct pdf_token *token)
{
    const enum key key = dictionary->key;
    if (key == KEY_FILTER && token->kind == PDF_TOKEN_NAME)
        take_filter(dictionary, token);
    if (!dictionary->expects_value) {
        if (pdf_token_is(token, "R")) /* the numbers before it name an object */
            dictionary->numbers[key] = UNKNOWN;
        return;
    }
    dictionary->expects_value = false;
    dictionary->has[key] = !(token->kind == PDF_TOKEN_WORD && pdf_token_is(token, "null"));
    dictionary->numbers[key] = number_of(token);
    if (key == KEY_TYPE && token->kind == PDF_TOKEN_NAME)
        dictionary->type = type_of(token);
}

static void take_in_dictionary(struct dictionary *dictionary, const struct pdf_token *token)
{
    if (token->kind != PDF_TOKEN_NAME || dictionary->expects_value) {
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
    if (scan->owner == OWNER_TRAILER ||
        (is_object && !scan->in_stream && dictionary->type == TYPE_XREF))
        scan->pdf->is_encrypted |= dictionary->has[KEY_ENCRYPT];
    if (!is_object)
        return;
    scan->pdf->pages_seen += dictionary->type == TYPE_PAGE;
    if (dictionary->has[KEY_LINEARIZED] && !scan->in_stream)
        scan->linearized = dictionary->numbers[KEY_N];
    if (dictionary->type == TYPE_PAGES && !dictionary->has[KEY_PARENT]) {
        scan->roots++;
        scan->root_count = dictionary->numbers[KEY_COUNT];
    }
}

/* --- objects */

/* Whatever the token is, what is in dictionaries. */
static void take_in_depth(struct scan *scan, const struct pdf_token *token)
{
    if (scan->depth == 1 && !scan->is_list && token->kind != PDF_TOKEN_CLOSE)
        take_in_dictionary(&scan->dictionary, token);
    else if (scan->depth == 2 && !scan->is_list && scan->dictionary.key == KEY_FILTER &&
             token->kind == PDF_TOKEN_NAME)
        take_filter(&scan->dictionary, token);
    if (token->kind == PDF_TOKEN_OPEN || token->kind == PDF_TOKEN_OPEN_LIST) {
        if (!scan->depth++) {
            scan->is_list = token->kind == PDF_TOKEN_OPEN_LIST;
            start_dictionary(&scan->dictionary);
        }
    } else if (token->kind == PDF_TOKEN_CLOSE && scan->depth && !--scan->depth && !scan->is_list) {
        end_dictionary(scan);
    }
}

/* Whether an object stream (7.5.7) is of a kind that can be read. */
static bool is_readable(const struct dictionary *dictionary)
{
    const bool has_filter = dictionary->has[KEY_FILTER];
    return dictionary->numbers[KEY_N] != UNKNOWN && dictionary->numbers[KEY_FIRST] != UNKNOWN &&
           (has_filter || dictionary->numbers[KEY_LENGTH] != UNKNOWN) &&
           (!has_filter || (dictionary->filters == 1 && dictionary->inflates)) &&
           !dictionary->has[KEY_DECODE_PARMS] && !dictionary->has[KEY_F];
}

/* The objects of a stream, one after the other; there must be as many as it says. */
static bool read_objects(struct scan *scan, struct pdf_stream *stream, int64_t first, int64_t len)
{
    struct pdf_reading reading = { .stream = stream };
    struct pdf_token token;
    int64_t objects = 0;
    for (; first && pdf_peek(&reading) != PDF_AT_END; first--)
        pdf_take(&reading);
    scan->depth = 0;
    scan->in_stream = true;
    while (pdf_token(&reading, &token)) {
        objects += !scan->depth;
        take_in_depth(scan, &token);
    }
    scan->in_stream = false;
    return stream->is_done && !stream->is_broken && !scan->depth && objects == len;
}

/* What was found in a stream that turns out to be broken counts for nothing. */
static void read_object_stream(struct scan *scan, struct pdf_stream *stream)
{
    struct arena scratch = { 0 };
    const struct dictionary dictionary = scan->dictionary;
    const struct media_pdf found = *scan->pdf;
    const size_t roots = scan->roots;
    const int64_t root_count = scan->root_count;
    stream->inflate = dictionary.inflates ? inflate_open(&scratch) : NULL;
    const bool is_read =
        (stream->inflate || !dictionary.inflates) &&
        read_objects(scan, stream, dictionary.numbers[KEY_FIRST], dictionary.numbers[KEY_N]);
    arena_free(&scratch);
    scan->depth = 0;
    scan->dictionary = dictionary;
    if (is_read)
        return;
    *scan->pdf = found;
    scan->roots = roots;
    scan->root_count = root_count;
    scan->hides_objects = true;
}

/* To the end of a stream whose bytes begin here. */
static void skip_to_end(struct scan *scan)
{
    static const char end[] = "endstream";
    size_t same = 0;
    for (int byte = pdf_take(&scan->reading); byte != PDF_AT_END; byte = pdf_take(&scan->reading)) {
        if (byte != end[same])
            same = same == 7 && byte == 'n' ? 2 : byte == 'e'; /* "endstre" ends in an e */
        else if (++same == sizeof end - 1)
            return;
    }
}

/* Its length may stand elsewhere, and need not be right. */
static void take_stream(struct scan *scan)
{
    const int64_t length = scan->dictionary.numbers[KEY_LENGTH];
    const bool is_object = scan->owner == OWNER_OBJECT;
    const bool has_objects = is_object && scan->dictionary.type == TYPE_OBJECT_STREAM;
    struct pdf_stream stream = { .outer = &scan->reading,
                                 .left = length == UNKNOWN ? SIZE_MAX : (size_t)length,
                                 .budget = &scan->budget };
    if (is_object && (length > 0 || has_objects)) {
        if (pdf_peek(&scan->reading) == '\r')
            pdf_take(&scan->reading);
        if (pdf_peek(&scan->reading) == '\n')
            pdf_take(&scan->reading);
    }
    if (has_objects && is_readable(&scan->dictionary))
        read_object_stream(scan, &stream);
    else
        scan->hides_objects |= has_objects;
    if (is_object && length > 0)
        pdf_skip(&scan->reading, stream.left);
    skip_to_end(scan);
    start_dictionary(&scan->dictionary);
}

static void take_word(struct scan *scan, const struct pdf_token *token)
{
    if (pdf_token_is(token, "obj"))
        scan->owner = OWNER_OBJECT;
    else if (pdf_token_is(token, "trailer"))
        scan->owner = OWNER_TRAILER;
    else if (pdf_token_is(token, "stream"))
        take_stream(scan);
    else if (pdf_token_is(token, "endobj"))
        scan->owner = OWNER_NONE;
    else if (pdf_token_is(token, "startxref"))
        scan->revisions++;
}

static void take_token(struct scan *scan, const struct pdf_token *token)
{
    if (token->kind == PDF_TOKEN_WORD &&
        (pdf_token_is(token, "endobj") || pdf_token_is(token, "obj")))
        scan->depth = 0; /* whatever was not closed */
    if (!scan->depth && token->kind == PDF_TOKEN_WORD)
        take_word(scan, token);
    take_in_depth(scan, token);
}

/* How many pages there are for sure. */
static int64_t certain_pages(const struct scan *scan)
{
    const int64_t seen = scan->pdf->pages_seen;
    const bool is_linearized = scan->linearized != UNKNOWN;
    const int64_t count = is_linearized ? scan->linearized : scan->root_count;
    if (scan->reading.headers > 1 || scan->revisions > (is_linearized ? 2U : 1U) || scan->roots > 1)
        return 0;
    if (count == UNKNOWN)
        return seen;
    return scan->hides_objects || !seen || count < seen ? count : seen;
}

void media_pdf_read(struct base64 *base64, struct media_pdf *pdf)
{
    struct scan scan = { .reading = { .base64 = base64 },
                         .pdf = pdf,
                         .root_count = UNKNOWN,
                         .linearized = UNKNOWN,
                         .budget = streams_budget(base64->size_bytes) };
    struct pdf_token token;
    *pdf = (struct media_pdf){ 0 };
    while (pdf_token(&scan.reading, &token))
        take_token(&scan, &token);
    pdf->pages = certain_pages(&scan);
    pdf->is_encrypted &= scan.reading.headers <= 1;
}

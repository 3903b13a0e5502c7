/* Images and documents, by where their data comes from. */
#include "input/request_blocks.h"

#include <string.h>

#include "base/base64.h"

/* {"type": "base64"|"text"|"url"|"file"|"content", ...} */
struct media_source {
    size_t at, data_at;
    struct json_text type, data, media_type, url, file_id;
    struct str content;
    bool is_faulty; /* a member of it was reported already */
};

/* Where the string of that name belongs, or NULL. */
static struct json_text *text_of(struct media_source *source, struct json_text name)
{
    return json_text_is(name, STR("type"))         ? &source->type
           : json_text_is(name, STR("media_type")) ? &source->media_type
           : json_text_is(name, STR("data"))       ? &source->data
           : json_text_is(name, STR("url"))        ? &source->url
           : json_text_is(name, STR("file_id"))    ? &source->file_id
                                                   : NULL;
}

static struct media_source read_source(const struct block_reading *reading,
                                       const struct block *block)
{
    struct json_walk walk;
    struct json_text key;
    json_walk_init(&walk, block->source, reading->arena);
    walk.is_checked = true;
    struct media_source source = { .at = request_block_offset(reading->request, block->source) };
    const size_t faults_before = request_faults_len(reading->request);
    if (json_object(&walk))
        while (json_member(&walk, &key)) {
            struct json_text *text = text_of(&source, key);
            if (text && request_json_expect(&walk, reading->request, JSON_BIT(JSON_STRING),
                                            "%s: source.%.*s", reading->path, STR_ARGS(key.raw)))
                json_text(&walk, text);
            else if (!text && json_text_is(key, STR("content")))
                json_skip(&walk, &source.content);
        }
    source.data_at = source.at + source.data.at;
    source.is_faulty = request_faults_len(reading->request) > faults_before;
    return source;
}

/* What says where it is must be there (the vendor's OpenAPI description, 2026-08). */
static void check_unsent(const struct block_reading *reading, const struct media_source *source,
                         bool is_url)
{
    if (is_url ? !source->url.raw.len : !source->file_id.raw.len)
        request_fault(reading->request, source->at, "%s: the source has no %s", reading->path,
                      is_url ? "url" : "file_id");
}

/* types: those that the block may have, in words. */
static void add_unsent(const struct block_reading *reading, const struct media_source *source,
                       const char *types)
{
    const bool is_url = json_text_is(source->type, STR("url"));
    if (!is_url && !json_text_is(source->type, STR("file")))
        request_fault(reading->request, source->at, "%s: source.type must be %s", reading->path,
                      types);
    else if (reading->request->limits && reading->request->limits->base64_only)
        request_fault(reading->request, source->at,
                      "%s: source.type is \"%s\", and %s takes \"base64\" alone", reading->path,
                      is_url ? "url" : "file", reading->request->limits->name);
    else
        check_unsent(reading, source, is_url);
    request_block_part(reading, PART_UNCOUNTABLE,
                       is_url ? STR("a source given by URL") : STR("a source given by file id"),
                       source->at);
}

/* The size of an image is in its first bytes; what they are not is a fault. */
static void add_image(const struct block_reading *reading, const struct media_source *source,
                      bool keeps_size)
{
    struct request *request = reading->request;
    const struct str data = json_decode(source->data, reading->arena);
    struct part *part = request_block_part(reading, PART_IMAGE, data, source->at);
    struct media_image *image, found;
    struct error err = { 0 };
    if (!media_image_size(data, &found, &err)) {
        request_fault(request, source->data_at, "%s: %s", reading->path, err.text);
        return;
    }
    part->image = image = ARENA_NEW(reading->arena, struct media_image);
    part->keeps_size = keeps_size;
    *image = found;
    if (!media_type_check(json_decode(source->media_type, reading->arena), image->format, &err)) {
        request_fault(request, source->at + source->media_type.at, "%s: %s", reading->path,
                      err.text);
    }
}

/* {"oversized_image": "downsize"|"error"} (build-with-claude/vision-coordinates, 2026) */
static bool reads_keeps_size(const struct block_reading *reading, const struct block *block)
{
    struct request *request = reading->request;
    struct json_walk walk;
    struct json_text key, value;
    bool keeps_size = false;
    json_walk_init(&walk, block->transformations, reading->arena);
    walk.is_checked = true;
    size_t at = request_block_offset(request, block->transformations);
    if (!request_json_expect(&walk, request, JSON_BIT(JSON_OBJECT), "%s: transformations",
                             reading->path) ||
        !json_object(&walk))
        return false;
    while (json_member(&walk, &key)) {
        if (!json_text_is(key, STR("oversized_image")) ||
            !request_json_expect(&walk, request, JSON_BIT(JSON_STRING), "%s: oversized_image",
                                 reading->path) ||
            !json_text(&walk, &value))
            continue;
        keeps_size = json_text_is(value, STR("error"));
        if (!keeps_size && !json_text_is(value, STR("downsize")))
            request_doubt(request, at + value.at,
                          "%s: oversized_image is neither \"downsize\" nor \"error\"",
                          reading->path);
    }
    return keeps_size;
}

void request_read_image(const struct block_reading *reading, const struct block *block)
{
    const bool keeps_size = block->transformations.len && reads_keeps_size(reading, block);
    if (!block->source.len) {
        if (!block->is_faulty)
            request_fault(reading->request, block->at, "%s: an image block has no source",
                          reading->path);
        return;
    }
    const struct media_source source = read_source(reading, block);
    reading->request->images_len++;
    if (json_text_is(source.type, STR("base64"))) {
        add_image(reading, &source, keeps_size);
        return;
    }
    request_block_part(reading, PART_IMAGE, (struct str){ 0 },
                       source.at); /* of a size that is not known */
    add_unsent(reading, &source, "\"base64\", \"url\" or \"file\"");
}

/* The one media type that a source of its type may have (the vendor's OpenAPI description,
 * 2026-08).
 */
static void check_type(const struct block_reading *reading, const struct media_source *source,
                       struct str wanted)
{
    if (!json_text_is(source->media_type, wanted))
        request_fault(reading->request, source->at + source->media_type.at,
                      "%s: media_type of the document is not %.*s", reading->path,
                      STR_ARGS(wanted));
}

/* Readers look for the header in the first kilobyte (PDF 1.7, appendix H.3.4.1). */
static bool is_pdf(struct base64 *base64)
{
    static const struct str header = STR_INIT("%PDF-");
    unsigned char bytes[1024];
    const size_t len = base64_read(base64, bytes, sizeof bytes);
    for (size_t i = 0; i + header.len <= len; i++)
        if (memcmp(bytes + i, header.ptr, header.len) == 0)
            return true;
    return false;
}

/* Reads the structure of the PDF that the text is, or says what it is instead. */
static bool read_pdf(const struct block_reading *reading, const struct media_source *source,
                     struct str data, struct media_pdf *pdf)
{
    struct base64 base64;
    struct error err = { 0 };
    if (!data.len)
        request_fault(reading->request, source->at, "%s: the document has no data", reading->path);
    else if (!base64_open(&base64, data, &err))
        request_fault(reading->request, source->data_at,
                      "%s: the document's data is not base64: %s", reading->path, err.text);
    else if (!is_pdf(&base64))
        request_fault(reading->request, source->data_at, "%s: the document's data is no PDF",
                      reading->path);
    else {
        base64_rewind(&base64);
        media_pdf_read(&base64, pdf);
        return true;
    }
    return false;
}

/* Encrypted ones are refused (build-with-claude/pdf-support, 2026-08-22). */
static void add_pdf(const struct block_reading *reading, const struct media_source *source)
{
    const struct str data = json_decode(source->data, reading->arena);
    struct media_pdf *pdf = ARENA_NEW(reading->arena, struct media_pdf);
    if (read_pdf(reading, source, data, pdf)) {
        check_type(reading, source, STR("application/pdf"));
        if (pdf->is_encrypted)
            request_fault(reading->request, source->data_at,
                          "%s: the PDF is encrypted, which the API does not take", reading->path);
    }
    request_block_part(reading, PART_PDF, data, source->at)->pdf = pdf;
}

static void add_plain_text(const struct block_reading *reading, const struct media_source *source)
{
    check_type(reading, source, STR("text/plain"));
    if (!source->data.raw.ptr && !source->is_faulty)
        request_fault(reading->request, source->at, "%s: the source has no data", reading->path);
    request_block_part(reading, PART_TEXT, json_decode(source->data, reading->arena), source->at);
}

static void read_source_content(const struct block_reading *reading,
                                const struct media_source *source)
{
    const struct str content = source->content;
    if (!content.len)
        request_fault(reading->request, source->at, "%s: the source has no content", reading->path);
    else if (!strchr("\"[n", content.ptr[0])) /* a string, an array or null */
        request_fault(reading->request, request_block_offset(reading->request, content),
                      "%s: source.content of a document must be a string or an array",
                      reading->path);
    request_read_nested(reading, content);
}

/* Its title and its context, which stand in the prompt as well. */
static struct str about_document(struct arena *arena, const struct block *block)
{
    struct buf about = { .arena = arena };
    buf_add(&about, json_decode(block->title, arena));
    if (about.len && block->context.raw.len)
        buf_add_char(&about, '\n');
    buf_add(&about, json_decode(block->context, arena));
    return buf_str(&about);
}

void request_read_document(const struct block_reading *reading, const struct block *block)
{
    struct request *request = reading->request;
    if (!block->source.len) {
        if (!block->is_faulty)
            request_fault(request, block->at, "%s: a document block has no source", reading->path);
        return;
    }
    const struct media_source source = read_source(reading, block);
    request->documents_len++;
    request->has_citations |= block->has_citations;
    struct part *part = request_block_part(reading, PART_DOCUMENT,
                                           about_document(reading->arena, block), block->at);
    part->is_pdf =
        !json_text_is(source.type, STR("text")) && !json_text_is(source.type, STR("content"));
    part->may_be_text = json_text_is(source.type, STR("file"));
    struct block_reading inner = *reading;
    inner.in_document = true;
    inner.holder = BLOCK_HOLDER_SOURCE;
    if (json_text_is(source.type, STR("base64")))
        add_pdf(&inner, &source);
    else if (json_text_is(source.type, STR("text")))
        add_plain_text(&inner, &source);
    else if (json_text_is(source.type, STR("content")))
        read_source_content(&inner, &source);
    else
        add_unsent(&inner, &source, "\"base64\", \"text\", \"content\", \"url\" or \"file\"");
}

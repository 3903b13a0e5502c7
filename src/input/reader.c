#include "input/reader.h"

#define READER_ENTRY(name) &reader_##name,
const struct reader *const readers[] = { READER_LIST(READER_ENTRY) NULL };
#undef READER_ENTRY

const struct reader *reader_find(struct str name)
{
    for (const struct reader *const *reader = readers; *reader; reader++)
        if (str_equal_c(name, (*reader)->name))
            return *reader;
    return NULL;
}

void split_take_pending(struct splitting *splitting)
{
    stream_take(&splitting->stream, splitting->pending);
    splitting->pending = 0;
}

/* Reads to the end and adds up what is there, without keeping it. */
static bool measure_rest(struct stream *stream, size_t *size_bytes, struct error *err)
{
    do {
        stream_take(stream, stream_window(stream).len);
        if (!stream_fill(stream, 1, err))
            return false;
        *size_bytes += stream_window(stream).len;
    } while (stream_window(stream).len);
    return true;
}

bool split_whole(struct splitting *splitting, struct entry *entry, struct error *err)
{
    struct stream *stream = &splitting->stream;
    if (splitting->index++ || !stream_fill(stream, ENTRY_BYTES_MAX + 1, err))
        return false;
    *entry = (struct entry){
        .bytes = stream_window(stream),
        .offset = stream->offset,
        .start = stream->place,
        .size_bytes = stream_window(stream).len,
        .is_all = stream->at_eof,
    };
    if (entry->size_bytes <= ENTRY_BYTES_MAX)
        return true;
    entry->problem = "larger than 64 MB: not read, as the API takes no request over 32 MB";
    entry->bytes.len = 0;
    return measure_rest(stream, &entry->size_bytes, err);
}

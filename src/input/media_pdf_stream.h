#ifndef TOKGATE_INPUT_MEDIA_PDF_STREAM_H
#define TOKGATE_INPUT_MEDIA_PDF_STREAM_H

/*
 * The data of a stream object of a PDF (ISO 32000-1:2008, 7.3.8 and 7.4.4), as it is or with
 * FlateDecode; for media_pdf.c.
 */
#include <stdbool.h>
#include <stddef.h>

#include "base/inflate.h"
#include "input/media_pdf_tokens.h"

struct pdf_stream {
    struct pdf_reading *outer; /* before the next byte of it */
    struct inflate *inflate;   /* NULL: it stands there as it is */
    size_t left;               /* bytes it has in outer, at most */
    size_t *budget;            /* bytes that may be read of all streams of the file */
    bool is_done, is_broken;   /* neither: there is more */
};

/* The next bytes; fewer than size only at the end, or where it is broken or over the budget. */
size_t pdf_stream_read(struct pdf_stream *stream, unsigned char *out, size_t size);

#endif

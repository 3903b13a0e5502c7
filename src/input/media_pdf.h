#ifndef TOKGATE_INPUT_MEDIA_PDF_H
#define TOKGATE_INPUT_MEDIA_PDF_H

/*
 * PDFs: how many pages they have for sure, and whether they are encrypted, by their structure as it
 * stands in plain sight (ISO 32000-1:2008; dictionaries 7.3.7, trailers 7.5.5 and 7.5.8, encryption
 * 7.6, page tree 7.7.3) and in object streams (7.5.7) without a filter or with FlateDecode alone.
 * Other streams are passed over, so that what they embed is not seen. No function here keeps a
 * pointer or memory, or writes anything but what it is given; all are safe to call from several
 * threads.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/base64.h"

struct media_pdf {
    /* The number of pages, or one that it is not under; 0: nothing can be said. That of the page
     * tree's root, where that is in sight and pages may be hidden (in an object stream that is
     * damaged, encrypted or of another filter, or beyond so many bytes of them as become 32 MB or
     * 32 times the file), else of the pages that are. Where the file was changed by appending, or
     * holds another PDF, old pages cannot be told from others.
     */
    int64_t pages;
    int64_t pages_seen; /* objects that are a page */
    bool is_encrypted;  /* a trailer says so */
};

/*
 * Reads what is left of the base64 text, to its end; it may be any bytes. Memory is bounded, time
 * linear in the size of the file. The API takes at most 600 pages in a request, and no encrypted
 * PDFs (build-with-claude/pdf-support, 2026-08-22).
 */
void media_pdf_read(struct base64 *base64, struct media_pdf *pdf);

#endif

/*
 * JPEG (ITU-T T.81, annex B): segments of up to 64 KB each, of which the frame header has the size.
 * Before it stand tables, and what cameras and editors add (EXIF, ICC, previews); all are skipped.
 */
#include "input/media_format.h"

enum {
    MARKER_TEM = 0x01,
    MARKER_SOF0 = 0xC0, /* frame headers are 0xC0 to 0xCF without the next three */
    MARKER_DHT = 0xC4,
    MARKER_JPG = 0xC8,
    MARKER_DAC = 0xCC,
    MARKER_SOF15 = 0xCF,
    MARKER_RST0 = 0xD0,
    MARKER_SOI = 0xD8,
    MARKER_EOI = 0xD9,
    MARKER_SOS = 0xDA,
    MARKER_NONE = -1,

    FRAME_SIZE = 8, /* its length, precision, height, width, number of components */
};

static bool is_frame(int marker)
{
    return marker >= MARKER_SOF0 && marker <= MARKER_SOF15 && marker != MARKER_DHT &&
           marker != MARKER_JPG && marker != MARKER_DAC;
}

/* Markers that no segment follows, and that may stand between segments. */
static bool is_alone(int marker)
{
    return marker == MARKER_TEM || (marker >= MARKER_RST0 && marker <= MARKER_SOI);
}

/* Takes the next marker, fill bytes (0xFF) and, as decoders do, all that is no marker before it. */
static int next_marker(struct base64 *data)
{
    bool is_after_ff = false;
    unsigned char byte;
    while (base64_read(data, &byte, 1) == 1) {
        if (is_after_ff && byte != 0xFF && byte != 0x00)
            return byte;
        is_after_ff = byte == 0xFF;
    }
    return MARKER_NONE;
}

static bool ends_early(const struct base64 *data, struct error *err)
{
    return error_set(err, "a JPEG that ends after %zu bytes, before its frame header",
                     data->size_bytes);
}

/* The first bytes of a segment: its length, which counts itself, and what a frame has more. */
static bool read_segment(struct base64 *data, int marker, struct media_size *size,
                         struct error *err)
{
    unsigned char bytes[FRAME_SIZE];
    size_t least = is_frame(marker) ? FRAME_SIZE : 2;
    if (base64_read(data, bytes, least) < least)
        return ends_early(data, err);
    size_t len = (size_t)media_big_endian(bytes, 2);
    if (len < least)
        return error_set(err, "a JPEG whose segment 0x%02x says it has %zu bytes", (unsigned)marker,
                         len);
    if (base64_skip(data, len - least) < len - least)
        return ends_early(data, err);
    if (is_frame(marker)) {
        size->height_px = media_big_endian(bytes + 3, 2);
        size->width_px = media_big_endian(bytes + 5, 2);
    }
    return true;
}

bool media_jpeg_read(const struct media_head *head, struct base64 *data, struct media_size *size,
                     struct error *err)
{
    (void)head;
    base64_rewind(data);
    for (;;) {
        int marker = next_marker(data);
        if (marker == MARKER_NONE)
            return ends_early(data, err);
        if (marker == MARKER_EOI || marker == MARKER_SOS)
            return error_set(err, "a JPEG without a frame header");
        if (is_alone(marker))
            continue;
        if (!read_segment(data, marker, size, err))
            return false;
        if (is_frame(marker))
            return true;
    }
}

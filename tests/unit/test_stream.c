/* A file or pipe through a window. */
#include "base/stream.h"

#include <unistd.h>

#include "scratch.h"
#include "tap.h"

enum { READ_BYTES = 64 * 1024 };

/* Writes size bytes, every fourth a line end. */
static void write_lines(const char *path, size_t size)
{
    FILE *file = fopen(path, "wb");
    if (!file)
        scratch_fail(path);
    for (size_t i = 0; i < size; i++)
        fputc("abc\n"[i % 4], file);
    if (fclose(file) != 0)
        scratch_fail(path);
}

static bool holds_lines(struct str window, size_t offset)
{
    for (size_t i = 0; i < window.len; i++)
        if (window.ptr[i] != "abc\n"[(offset + i) % 4])
            return false;
    return true;
}

/* Takes a large file in pieces of one size, asking for want bytes each time. */
static void test_pieces(size_t size, size_t want, size_t piece)
{
    struct stream stream;
    struct error err = { 0 };
    bool holds = stream_open(&stream, "lines", &err);
    size_t taken = 0;
    while (holds) {
        holds = stream_fill(&stream, want, &err);
        struct str window = stream_window(&stream);
        holds &= (window.len >= want || stream.at_eof) && holds_lines(window, taken);
        holds &= stream.offset == taken && stream.place.line == taken / 4 + 1 &&
                 stream.place.column == taken % 4 + 1;
        if (!window.len)
            break;
        size_t step = window.len < piece ? window.len : piece;
        stream_take(&stream, step);
        taken += step;
    }
    ok(holds && taken == size, "all bytes in order, with true offsets and places");
    ok(stream.cap_bytes <= 4 * (want + READ_BYTES), "the buffer is not larger than asked for");
    stream_close(&stream);
}

static void test_places(void)
{
    struct stream stream;
    struct error err = { 0 };
    scratch_write("places", "\xC3\xA9x\r\n\xF0\x9F\x98\x80y");
    ok(stream_open(&stream, "places", &err) && stream_fill(&stream, 100, &err), "opened");
    ok(stream_window(&stream).len == 10 && stream.at_eof, "the source ends before what is wanted");
    static const struct {
        size_t take, line, column;
    } steps[] = { { 0, 1, 1 }, { 2, 1, 2 }, { 1, 1, 3 }, { 1, 1, 4 },
                  { 1, 2, 1 }, { 4, 2, 2 }, { 1, 2, 3 } };
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        stream_take(&stream, steps[i].take);
        ok(stream.place.line == steps[i].line && stream.place.column == steps[i].column,
           "the place after a step");
    }
    ok(stream_fill(&stream, 1, &err) && !stream_window(&stream).len, "nothing comes after the end");
    stream_close(&stream);
}

static void test_pipe(void)
{
    int ends[2];
    struct error err = { 0 };
    if (pipe(ends) != 0)
        scratch_fail("pipe");
    struct stream stream = { .fd = ends[0], .place = { 1, 1 } };
    ok(write(ends[1], "ab", 2) == 2 && stream_fill(&stream, 1, &err), "a pipe that still runs");
    is_str(stream_window(&stream), "ab", "what is in it");
    ok(!stream.at_eof && write(ends[1], "\ncd", 3) == 3 && close(ends[1]) == 0, "more comes");
    ok(stream_fill(&stream, 4, &err) && stream_window(&stream).len == 5, "and is seen behind it");
    ok(stream_fill(&stream, 6, &err) && stream.at_eof, "then the end");
    stream_close(&stream);
    ok(stream.fd < 0 && !stream.bytes, "a closed stream holds nothing");
}

/* What a file's size said when it was opened need not be true. */
static void test_changed(void)
{
    enum { BEFORE = 5 << 20, AFTER = 9 << 20, LESS = 1000 };
    struct stream stream;
    struct error err = { 0 };
    write_lines("lines", BEFORE);
    ok(stream_open(&stream, "lines", &err) && stream.size_bytes == BEFORE, "a file of some MB");
    write_lines("lines", AFTER);
    ok(stream_fill(&stream, (size_t)64 << 20, &err) && stream.at_eof &&
           stream_window(&stream).len == AFTER && holds_lines(stream_window(&stream), 0),
       "one that grew is read as it is now");
    stream_close(&stream);
    ok(stream_open(&stream, "lines", &err) && truncate("lines", LESS) == 0, "the same again");
    ok(stream_fill(&stream, (size_t)64 << 20, &err) && stream.at_eof &&
           stream_window(&stream).len == LESS && holds_lines(stream_window(&stream), 0),
       "so is one that shrank");
    stream_close(&stream);
}

static void test_errors(void)
{
    struct stream stream;
    struct arena arena = { 0 };
    struct str content;
    struct error err = { 0 };
    ok(stream_open(&stream, "lines", &err) && stream_fill(&stream, 1 << 20, &err), "all of a file");
    const struct str all = stream_detach(&stream);
    ok(holds_lines(all, 0) && !stream_window(&stream).len, "its buffer is the caller's");
    stream_close(&stream);
    ok(holds_lines(all, 0), "also when the stream is closed");
    arena_adopt(&arena, (void *)all.ptr);
    ok(!stream_open(&stream, "none", &err), "no such file");
    is_str(str_from_c(err.text), "No such file or directory", "the cause alone");
    ok(!stream_open(&stream, ".", &err) && err.kind == ERROR_FAILED, "a directory");
    is_str(str_from_c(err.text), "Is a directory", "the cause alone");
    write_lines("lines", 1000);
    ok(file_read(&arena, "lines", 1000, &content, &err) && content.len == 1000, "exactly the cap");
    ok(holds_lines(content, 0) && content.ptr[1000] == '\0', "all of it");
    ok(!file_read(&arena, "lines", 999, &content, &err), "a byte over the cap");
    is_str(str_from_c(err.text), "larger than 999 bytes", "the cause");
    ok(!file_read(&arena, "none", 9, &content, &err), "a file that is not there");
    scratch_write("empty", "");
    ok(file_read(&arena, "empty", 0, &content, &err) && !content.len, "an empty file");
    arena_free(&arena);
}

int main(void)
{
    struct scratch scratch;
    scratch_make(&scratch);
    static const size_t sizes[] = {
        0, 1, READ_BYTES - 1, READ_BYTES, READ_BYTES + 1, 3 * READ_BYTES + 5
    };
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        write_lines("lines", sizes[i]);
        test_pieces(sizes[i], 1, 1000);
        test_pieces(sizes[i], READ_BYTES + 1, READ_BYTES - 1);
        test_pieces(sizes[i], 3 * READ_BYTES, 2 * READ_BYTES + 3);
    }
    test_places();
    test_pipe();
    test_changed();
    test_errors();
    scratch_remove(&scratch);
    return tap_done();
}

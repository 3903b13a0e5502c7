/* What the line says that shows how far counting is. */
#include "cli/progress.h"

#include <stdlib.h>

#include "tap.h"

static struct arena arena;

static struct str text_of(size_t cached, bool has_more, struct asker_tally tally, int64_t ms)
{
    struct progress progress;
    progress_init(&progress, NULL);
    progress.cached = cached;
    progress.has_more = has_more;
    return progress_text(&arena, &progress, &tally, ms);
}

static void test_stream(void)
{
    char *bytes = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&bytes, &size);
    struct progress progress;
    const struct asker_tally some = { .counted = 100, .to_go = 50 }, all = { .counted = 150 };
    progress_init(&progress, out);
    progress_all_read(&progress);
    progress_show(&progress, &some, 5000);
    progress_show(&progress, &some, 5999);
    progress_clear(&progress);
    ok(size == 0, "nothing in the first second");
    progress_show(&progress, &some, 6000);
    progress_show(&progress, &some, 6050);
    progress_clear(&progress);
    progress_clear(&progress);
    is_str(((struct str){ bytes, size }), "\r100 counted, 50 to go, 100/s, 0:01 left\x1B[K\r\x1B[K",
           "then a line, which goes");
    progress_show(&progress, &some, 6100);
    progress_show(&progress, &all, 6101);
    ok(size > 6 && memcmp(bytes + size - 4, "\r\x1B[K", 4) == 0, "and not without anything to go");
    fclose(out);
    free(bytes);
    progress_init(&progress, NULL);
    progress_show(&progress, &some, 1);
    progress_show(&progress, &some, 9000);
    progress_clear(&progress);
    ok(true, "without a stream nothing happens");
}

int main(void)
{
    is_str(text_of(0, false, (struct asker_tally){ .to_go = 3 }, 2000), "0 counted, 3 to go",
           "before the first answer");
    is_str(text_of(310, false, (struct asker_tally){ .counted = 820, .to_go = 8446 }, 10000),
           "820 counted, 310 cached, 8446 to go, 82/s, 1:43 left", "on the way");
    is_str(text_of(0, true, (struct asker_tally){ .counted = 5, .failed = 1, .to_go = 6 }, 4000),
           "5 counted, 1 failed, at least 6 to go, 1.5/s, at least 0:04 left",
           "while there is more to be read");
    is_str(text_of(0, false, (struct asker_tally){ .counted = 100, .to_go = 99999 }, 10000),
           "100 counted, 99999 to go, 10/s, 2:46:40 left", "hours");
    test_stream();
    arena_free(&arena);
    return tap_done();
}

/* What symbolic links lead to, when all else was found: it is read once, by its real name if it has
 * one among the files found. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>

#include "base/list.h"
#include "input/walk.h"

/* Notes the file; false when another found one is the same file, and *same is its index. What is
 * gone is said when it is read. */
static bool note_file(struct walk *walk, struct seen *files, struct str path, size_t *same)
{
    struct stat status;
    if (stat(str_to_c(walk->arena, path), &status) != 0)
        return true;
    struct str key =
        str_format(walk->arena, "%ju %ju", (uintmax_t)status.st_dev, (uintmax_t)status.st_ino);
    return !seen_before(files, key, same);
}

static void add_files(struct walk *walk)
{
    struct seen files = { .arena = walk->arena };
    for (size_t i = 0; walk->file_links.len && i < walk->founds->len; i++) {
        size_t index = i;
        if (!walk->founds->items[i].is_stdin)
            note_file(walk, &files, walk->founds->items[i].path, &index);
    }
    for (size_t i = 0; i < walk->file_links.len; i++) {
        const struct found *link = &walk->file_links.items[i];
        size_t index = walk->founds->len;
        if (note_file(walk, &files, link->path, &index))
            walk_add(walk, *link);
        else if (!str_equal(walk->founds->items[index].absolute, link->absolute))
            walk_leave_out(walk, link->path,
                           str_format(walk->arena, "the same file as %.*s",
                                      STR_ARGS(walk->founds->items[index].path)));
    }
}

void walk_links(struct walk *walk)
{
    for (size_t i = 0; i < walk->links.len; i++)
        walk_directory(walk, walk->links.items[i]);
    add_files(walk);
}

#ifndef TOKGATE_BASE_WHOLE_FILE_H
#define TOKGATE_BASE_WHOLE_FILE_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/error.h"
#include "base/str.h"

/*
 * A file that is there as a whole or not at all: it is written under another name (".NAME.part"),
 * and takes its own when all of it is on the disk. whole_file_begin; whole_file_write any number of
 * times; whole_file_finish; whole_file_commit. Where one fails, and to give it up before,
 * whole_file_abandon leaves nothing behind. A process that is killed leaves a part, never half a
 * file. err has the cause alone. Not thread safe; several files of one directory may be written at
 * once.
 */
enum { WHOLE_FILE_NAME_MAX = 64 };

struct whole_file {
    int directory; /* its descriptor, the caller's */
    int fd;        /* -1: closed */
    bool has_part;
    off_t size, begun; /* bytes written, and those that the disk was asked to begin with */
    char name[WHOLE_FILE_NAME_MAX + 1], part[WHOLE_FILE_NAME_MAX + 7];
};

/* The name has at most WHOLE_FILE_NAME_MAX bytes and no '/'. What is left of an earlier part is
 * overwritten. */
bool whole_file_begin(struct whole_file *file, int directory, const char *name, struct error *err);
bool whole_file_write(struct whole_file *file, struct str bytes, struct error *err);

/* Everything written is on the disk. */
bool whole_file_finish(struct whole_file *file, struct error *err);

/* It has its name, also after a loss of power. */
bool whole_file_commit(struct whole_file *file, struct error *err);
void whole_file_abandon(struct whole_file *file);

/* Whether this is the name of a part of a file whose name begins so. */
bool whole_file_is_part(struct str name, struct str beginning);

#endif

#ifndef TOKGATE_TESTS_SCRATCH_H
#define TOKGATE_TESTS_SCRATCH_H

/* A directory of its own for a test that needs files: scratch_make() and scratch_remove(). Paths
 * are relative to it; it becomes the current directory. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct scratch {
    char path[4096]; /* absolute, without links */
};

static inline void scratch_fail(const char *what)
{
    printf("Bail out! %s: %s\n", what, strerror(errno));
    exit(1);
}

static inline void scratch_make(struct scratch *scratch)
{
    const char *parent = getenv("TMPDIR");
    char name[4096];
    snprintf(name, sizeof name, "%s/tokgate-test-XXXXXX", parent ? parent : "/tmp");
    if (!mkdtemp(name) || chdir(name) != 0 || !getcwd(scratch->path, sizeof scratch->path))
        scratch_fail(name);
}

/* Runs a command in the scratch directory. */
static inline void scratch_run(const char *command)
{
    if (system(command) != 0)
        scratch_fail(command);
}

/* Writes a file, and the directories it needs. */
static inline void scratch_write(const char *path, const char *content)
{
    char directory[4096];
    for (const char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
        snprintf(directory, sizeof directory, "%.*s", (int)(slash - path), path);
        if (*directory && mkdir(directory, 0777) != 0 && errno != EEXIST)
            scratch_fail(directory);
    }
    FILE *file = fopen(path, "wb");
    if (!file || fputs(content, file) == EOF || fclose(file) != 0)
        scratch_fail(path);
}

static inline void scratch_remove(const struct scratch *scratch)
{
    char command[2 * sizeof scratch->path + 64];
    snprintf(command, sizeof command, "chmod -R u+rwx '%s' && rm -rf '%s'", scratch->path,
             scratch->path);
    if (chdir("/") != 0 || system(command) != 0)
        scratch_fail(scratch->path);
}

#endif

#include "cli/record_inputs.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/list.h"
#include "base/temporary.h"

static bool copy_all(struct stream *stream, FILE *copy, const char *directory, struct error *err)
{
    for (;;) {
        if (!stream_fill(stream, 1, err))
            return false;
        const struct str window = stream_window(stream);
        if (!window.len)
            break;
        if (fwrite(window.ptr, 1, window.len, copy) != window.len)
            return temporary_fail(directory, "write", err);
        stream_take(stream, window.len);
    }
    return fflush(copy) == 0 || temporary_fail(directory, "write", err);
}

static bool add_copy(struct record_inputs *inputs, struct str path, const char *name,
                     struct error *err)
{
    struct stream stream;
    const char *directory =
        inputs->temporary.len ? str_to_c(inputs->arena, inputs->temporary) : "/tmp";
    FILE *copy = temporary_open(directory, err);
    if (!copy)
        return false;
    *LIST_PUSH(inputs) = (struct record_input){ path, copy };
    if (!stream_open(&stream, name, err))
        return false;
    const bool copied = copy_all(&stream, copy, directory, err);
    stream_close(&stream);
    return copied;
}

static int compare(const void *a, const void *b)
{
    return str_compare(*(const struct str *)a, *(const struct str *)b);
}

static bool add_directory(struct record_inputs *inputs, struct str path, struct error *err)
{
    struct strs names = { .arena = inputs->arena };
    DIR *directory = opendir(str_to_c(inputs->arena, path));
    if (!directory)
        return error_set(err, "%.*s: %s", STR_ARGS(path), strerror(errno));
    for (const struct dirent *entry; (entry = readdir(directory));)
        if (entry->d_name[0] != '.' && entry->d_name[0] != '_')
            *LIST_PUSH(&names) = str_copy(inputs->arena, str_from_c(entry->d_name));
    closedir(directory);
    if (names.len)
        qsort(names.items, names.len, sizeof *names.items, compare);
    for (size_t i = 0; i < names.len; i++) {
        struct stat status;
        const struct str file =
            str_format(inputs->arena, "%.*s%s%.*s", STR_ARGS(path),
                       str_ends(path, STR("/")) ? "" : "/", STR_ARGS(names.items[i]));
        if (stat(str_to_c(inputs->arena, file), &status) == 0 && S_ISREG(status.st_mode))
            *LIST_PUSH(inputs) = (struct record_input){ file, NULL };
    }
    return true;
}

bool record_inputs_add(struct record_inputs *inputs, struct str path, struct error *err)
{
    struct stat status;
    struct error cause = { 0 };
    const char *name = str_to_c(inputs->arena, path);
    if (str_equal(path, STR("-")))
        return add_copy(inputs, path, NULL, &cause) ||
               error_because(err, &cause, "standard input: %s", cause.text);
    if (stat(name, &status) != 0)
        return error_set(err, "%.*s: %s", STR_ARGS(path), strerror(errno));
    if (S_ISDIR(status.st_mode))
        return add_directory(inputs, path, err);
    if (!S_ISREG(status.st_mode))
        return add_copy(inputs, path, name, &cause) ||
               error_because(err, &cause, "%.*s: %s", STR_ARGS(path), cause.text);
    *LIST_PUSH(inputs) = (struct record_input){ path, NULL };
    return true;
}

bool record_inputs_open(const struct record_inputs *inputs, size_t index, struct stream *stream,
                        struct error *err)
{
    const struct record_input *input = &inputs->items[index];
    struct error cause = { 0 };
    if (!input->copy)
        return stream_open(stream, str_to_c(inputs->arena, input->path), &cause) ||
               error_because(err, &cause, "%.*s: %s", STR_ARGS(input->path), cause.text);
    *stream = (struct stream){ .fd = dup(fileno(input->copy)), .place = { 1, 1 } };
    if (stream->fd >= 0 && lseek(stream->fd, 0, SEEK_SET) == 0)
        return true;
    return error_set(err, "%.*s: %s", STR_ARGS(input->path), strerror(errno));
}

void record_inputs_close(struct record_inputs *inputs)
{
    for (size_t i = 0; i < inputs->len; i++)
        if (inputs->items[i].copy)
            fclose(inputs->items[i].copy);
}

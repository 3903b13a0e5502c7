/* tokgate init: a commented rule file to start from. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"

static const char starter[] =
    "// Rules for tokgate (tokgate rules lists them, tokgate explain RULE says more).\n"
    "{\n"
    "  \"extends\": [\"tokgate:recommended\"],\n"
    "\n"
    "  // Your usage tier, for shares of the input-tokens-per-minute limit (ITPM). Limits of your "
    "own:\n"
    "  // \"limits\": { \"sonnet-5.5\": { \"itpm\": 400000 } }\n"
    "  \"tier\": \"start\",\n"
    "\n"
    "  // The model of prompts that name none.\n"
    "  \"model\": \"%.*s\",\n"
    "\n"
    "  // What the prompts are. The last entry whose files match wins, key by key. Without "
    "prompts,\n"
    "  // everything that ends like a prompt or a request is checked.\n"
    "  // \"prompts\": [\n"
    "  //   { \"files\": \"prompts/**/*.md\", \"role\": \"system\", \"max_tokens\": 1024, "
    "\"rate\": \"60/min\" }\n"
    "  // ],\n"
    "\n"
    "  // What must hold. What the API itself refuses is always checked.\n"
    "  \"rules\": [\n"
    "    { \"rule\": \"input-tokens\", \"max\": 20000, \"severity\": \"warning\" },\n"
    "    // { \"rule\": \"input-tokens\", \"files\": \"prompts/router/**\", \"max\": 1200 },\n"
    "    { \"rule\": \"itpm-share\", \"max\": \"50%%\" }\n"
    "  ]\n"
    "\n"
    "  // Known exceptions, with a reason and an end.\n"
    "  // , \"waivers\": [\n"
    "  //   { \"rule\": \"input-tokens\", \"files\": \"prompts/legacy.md\", \"reason\": \"rewrite "
    "planned\",\n"
    "  //     \"until\": \"2027-01-31\" }\n"
    "  // ]\n"
    "}\n";

static bool write_all(int fd, struct str text)
{
    while (text.len) {
        ssize_t written = write(fd, text.ptr, text.len);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return false;
        text = str_slice(text, (size_t)written, text.len);
    }
    return true;
}

static int run_init(struct run *run, struct error *err)
{
    static const char path[] = "tokgate.json";
    struct str model = run->catalog->default_model->id;
    struct str text = str_format(run->arena, starter, STR_ARGS(model));
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd < 0 && errno == EEXIST) {
        error_usage(err, "%s is there already: it stays as it is", path);
        return EXIT_USAGE;
    }
    bool written = fd >= 0 && write_all(fd, text);
    int cause = errno;
    if (fd >= 0 && close(fd) != 0 && written) {
        written = false;
        cause = errno;
    }
    if (!written) {
        if (fd >= 0)
            unlink(path); /* half a rule file is worse than none */
        error_set(err, "cannot write %s: %s", path, strerror(cause));
        return EXIT_ERROR;
    }
    fprintf(run->out, "wrote %s: edit it, then run tokgate check\n", path);
    return EXIT_CLEAN;
}

const struct command command_init = {
    .name = "init",
    .arguments = "",
    .summary = "write a commented starter tokgate.json",
    .bit = ON_INIT,
    .run = run_init,
};

/* The process: its arguments, environment, streams and exit status, and nothing else. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "cli/cli.h"

enum { DIRECTORY_LEN = 4096, DATE_LEN = 16 };

/* A file opened later must never take the place of a closed standard stream. The stand-ins fail
 * when they are used, as the closed stream would. */
static void keep_standard_streams(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 &&
            open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd)
            exit(EXIT_ERROR);
}

/* A core dump would hold the key. */
static void forbid_core_dumps(void)
{
    const struct rlimit none = { 0, 0 };
    setrlimit(RLIMIT_CORE, &none);
}

int main(int argc, char **argv)
{
    char directory[DIRECTORY_LEN], today[DATE_LEN] = "";
    keep_standard_streams();
    if (getenv("ANTHROPIC_API_KEY") || getenv("ANTHROPIC_AUTH_TOKEN"))
        forbid_core_dumps();
    signal(SIGPIPE, SIG_IGN); /* a closed pipe is a write error, reported like any other */
    if (!getcwd(directory, sizeof directory)) {
        perror("tokgate: error: cannot find the current directory");
        return EXIT_ERROR;
    }
    time_t now = time(NULL);
    struct tm utc;
    if (gmtime_r(&now, &utc))
        strftime(today, sizeof today, "%Y-%m-%d", &utc);
    const char *no_color = getenv("NO_COLOR");
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    const struct environment environment = {
        .directory = str_from_c(directory),
        .api_key = str_from_c(getenv("ANTHROPIC_API_KEY")),
        .auth_token = str_from_c(getenv("ANTHROPIC_AUTH_TOKEN")),
        .base_url = str_from_c(getenv("ANTHROPIC_BASE_URL")),
        .today = str_from_c(today),
        .out_is_terminal = isatty(STDOUT_FILENO),
        .no_color = no_color && *no_color,
        .processors = processors > 0 ? (size_t)processors : 1,
    };
    return cli_run(argc, argv, &environment, stdout, stderr);
}

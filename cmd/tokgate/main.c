/* The process: its arguments, environment, streams and exit status, and nothing else. */
#ifdef __linux__
#define _GNU_SOURCE /* sched_getaffinity() */
#endif
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "base/date.h"
#include "cli/cli.h"

enum { DIRECTORY_LEN = 4096 };

/* A file opened later must never take the place of a closed standard stream. The stand-ins fail
 * when they are used, as the closed stream would. */
static void keep_standard_streams(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 &&
            open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd)
            exit(EXIT_ERROR);
}

/* A core dump would hold the key, and so would what another process of the user reads. */
static void forbid_core_dumps(void)
{
    const struct rlimit none = { 0, 0 };
    setrlimit(RLIMIT_CORE, &none);
#ifdef __linux__
    prctl(PR_SET_DUMPABLE, 0L, 0L, 0L, 0L);
#endif
}

/* What a signal handler can reach. */
static atomic_bool is_interrupted, is_terminated;

static void interrupt(int number)
{
    if (number == SIGTERM)
        atomic_store(&is_terminated, true);
    atomic_store(&is_interrupted, true);
}

/* The first Ctrl-C, or kill, asks for an end with a report, the second one ends. */
static void catch_interrupts(void)
{
    static const int numbers[] = { SIGINT, SIGTERM };
    struct sigaction action = { .sa_handler = interrupt, .sa_flags = (int)SA_RESETHAND };
    struct sigaction before;
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        if (sigaction(numbers[i], NULL, &before) == 0 && before.sa_handler == SIG_DFL)
            sigaction(numbers[i], &action, NULL);
}

static struct door_environment read_doors(void)
{
    struct door_environment found = { 0 };
    for (size_t i = 0; i < DOOR_VARIABLES_LEN; i++) {
        const char *name = door_variables[i].name;
        const char *value = name ? getenv(name) : NULL;
        found.values[i] = str_from_c(value);
        if (value && door_variables[i].is_secret)
            forbid_core_dumps();
    }
    return found;
}

static struct proxy_environment read_proxies(void)
{
    struct proxy_environment found = { 0 };
    for (size_t i = 0; i < PROXY_VARIABLES_LEN; i++)
        found.values[i] = str_from_c(getenv(proxy_variables[i]));
    return found;
}

/* Those this process may run on, where the system says: it is also the cheapest to ask, since
 * sysconf() reads a file for those that are there. */
static size_t count_processors(void)
{
#ifdef __linux__
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) > 0)
        return (size_t)CPU_COUNT(&set);
#endif
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    return processors > 0 ? (size_t)processors : 1;
}

/* A terminal that can write over a line, and nobody but a person before it. */
static bool is_watched(int fd)
{
    const char *terminal = getenv("TERM"), *ci = getenv("CI");
    return isatty(fd) && terminal && strcmp(terminal, "dumb") != 0 && !(ci && *ci);
}

int main(int argc, char **argv)
{
    char directory[DIRECTORY_LEN], today[DATE_SIZE];
    keep_standard_streams();
    catch_interrupts();
    signal(SIGPIPE, SIG_IGN); /* a closed pipe is a write error, reported like any other */
    signal(SIGXFSZ, SIG_IGN); /* so is a file that may not grow (ulimit -f) */
    if (!getcwd(directory, sizeof directory)) {
        perror("tokgate: error: cannot find the current directory");
        return EXIT_ERROR;
    }
    date_write((int64_t)time(NULL), today);
    const char *no_color = getenv("NO_COLOR");
    const struct environment environment = {
        .directory = str_from_c(directory),
        .doors = read_doors(),
        .proxies = read_proxies(),
        .home = str_from_c(getenv("HOME")),
        .cache_home = str_from_c(getenv("XDG_CACHE_HOME")),
        .temporary = str_from_c(getenv("TMPDIR")),
        .custom_headers = str_from_c(getenv("ANTHROPIC_CUSTOM_HEADERS")),
        .ca_file = str_from_c(getenv("SSL_CERT_FILE")),
        .today = str_from_c(today),
        .out_is_terminal = isatty(STDOUT_FILENO),
        .may_show_progress = is_watched(STDERR_FILENO),
        .no_color = no_color && *no_color,
        .processors = count_processors(),
        .is_interrupted = &is_interrupted,
        .is_terminated = &is_terminated,
    };
    return cli_run(argc, argv, &environment, stdout, stderr);
}

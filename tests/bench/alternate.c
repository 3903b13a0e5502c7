/*
 * For tests/bench.sh: alternate ROUNDS TIMEOUT_S -- COMMAND [ARGUMENT]... [-- COMMAND...]...
 * runs the commands in turn, ROUNDS times over, so that what disturbs the machine disturbs all of
 * them alike. Prints for each run, tab-separated: number of the command from 0, wall seconds, CPU
 * seconds, peak KB, and exit status, or minus the signal that ended it (-14: the timeout). A small
 * program does this because a child's peak memory is never below that of the process it was forked
 * from. Their output goes to /dev/null.
 */
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Not in POSIX, but where there is ru_maxrss there is this. */
pid_t wait4(pid_t pid, int *status, int options, struct rusage *usage);

enum { COMMANDS_MAX = 64 };

static double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static double seconds(struct timeval time)
{
    return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

static void become(char **command, unsigned timeout_s)
{
    const int null = open("/dev/null", O_RDWR);
    if (null >= 0 && dup2(null, 0) == 0 && dup2(null, 1) == 1 && dup2(null, 2) == 2) {
        alarm(timeout_s);
        execvp(command[0], command);
    }
    _exit(127);
}

static bool run(int number, char **command, unsigned timeout_s)
{
    struct rusage usage = { 0 };
    int status = 0;
    const double start_s = now_s();
    const pid_t child = fork();
    if (child == 0)
        become(command, timeout_s);
    if (child < 0 || wait4(child, &status, 0, &usage) != child)
        return false;
    const double wall_s = now_s() - start_s;
    printf("%d\t%.6f\t%.6f\t%ld\t%d\n", number, wall_s,
           seconds(usage.ru_utime) + seconds(usage.ru_stime), usage.ru_maxrss,
           WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status));
    return true;
}

int main(int argc, char **argv)
{
    char **commands[COMMANDS_MAX];
    int commands_len = 0;
    for (int i = 3; i < argc; i++) {
        if (strcmp(argv[i], "--") != 0)
            continue;
        argv[i] = NULL;
        if (commands_len < COMMANDS_MAX && i + 1 < argc)
            commands[commands_len++] = &argv[i + 1];
    }
    if (!commands_len)
        return 2;
    const long rounds = strtol(argv[1], NULL, 10);
    const unsigned timeout_s = (unsigned)strtoul(argv[2], NULL, 10);
    for (long round = 0; round < rounds; round++)
        for (int i = 0; i < commands_len; i++)
            if (!run(i, commands[i], timeout_s))
                return 3;
    return fflush(stdout) != 0;
}

#include "base/random.h"

#include <fcntl.h>
#include <unistd.h>

bool random_fill(void *to, size_t size)
{
    const int fd = open("/dev/urandom", O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    const bool is_full = read(fd, to, size) == (ssize_t)size;
    close(fd);
    return is_full;
}

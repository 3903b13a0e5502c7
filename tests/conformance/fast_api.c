/* A stand-in for the API that is faster than what counts with it: answers every HTTP/1.1 request on
 * 127.0.0.1 with its length / 4 as the count. Prints its port; ends when its standard input does.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

enum { REQUEST_SIZE_MAX = 1024 * 1024, CONNECTIONS_MAX = 256 };

struct connection {
    int fd;
    size_t len;
    char bytes[REQUEST_SIZE_MAX + 1];
};

static int more(struct connection *connection)
{
    const size_t room = REQUEST_SIZE_MAX - connection->len;
    ssize_t got = room ? read(connection->fd, connection->bytes + connection->len, room) : 0;
    if (got <= 0)
        return 0;
    connection->len += (size_t)got;
    connection->bytes[connection->len] = '\0';
    return 1;
}

/* The end of the headers, which hold no NUL; NULL when the client is gone. */
static const char *read_head(struct connection *connection)
{
    const char *end;
    while (!(end = strstr(connection->bytes, "\r\n\r\n")))
        if (!more(connection))
            return NULL;
    return end + 4;
}

static size_t body_size(const char *head, const char *end)
{
    static const char name[] = "\ncontent-length:";
    for (; head + sizeof name < end; head++)
        if (strncasecmp(head, name, sizeof name - 1) == 0)
            return strtoul(head + sizeof name - 1, NULL, 10);
    return 0;
}

static int answer(const struct connection *connection, size_t size)
{
    char body[64], text[256];
    int body_len = snprintf(body, sizeof body, "{\"input_tokens\": %zu}", size / 4);
    int len = snprintf(text, sizeof text,
                       "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
                       "content-length: %d\r\n\r\n%s",
                       body_len, body);
    return write(connection->fd, text, (size_t)len) == len;
}

static void *serve(void *argument)
{
    struct connection *connection = argument;
    const char *body;
    while ((body = read_head(connection)) != NULL) {
        const size_t start = (size_t)(body - connection->bytes);
        const size_t size = body_size(connection->bytes, body);
        while (connection->len < start + size)
            if (!more(connection))
                break;
        if (connection->len < start + size || !answer(connection, size))
            break;
        connection->len -= start + size;
        memmove(connection->bytes, connection->bytes + start + size, connection->len);
        connection->bytes[connection->len] = '\0';
    }
    close(connection->fd);
    free(connection);
    return NULL;
}

static void *end_with_input(void *argument)
{
    char byte;
    while (read(0, &byte, 1) > 0)
        continue;
    exit(argument ? 1 : 0);
}

int main(void)
{
    struct sockaddr_in address = { .sin_family = AF_INET };
    socklen_t size = sizeof address;
    pthread_t thread;
    const int on = 1;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int door = socket(AF_INET, SOCK_STREAM, 0);
    if (door < 0 || bind(door, (struct sockaddr *)&address, size) != 0 ||
        listen(door, CONNECTIONS_MAX) != 0 ||
        getsockname(door, (struct sockaddr *)&address, &size) != 0 ||
        pthread_create(&thread, NULL, end_with_input, NULL) != 0)
        return 1;
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    for (;;) {
        struct connection *connection = calloc(1, sizeof *connection);
        if (!connection || (connection->fd = accept(door, NULL, NULL)) < 0)
            return 1;
        setsockopt(connection->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        if (pthread_create(&thread, NULL, serve, connection) != 0)
            return 1;
        pthread_detach(thread);
    }
}

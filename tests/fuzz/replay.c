/* Feeds files to a fuzz target without libFuzzer. Usage: replay FILE... */
#include "fuzz.h"

#include <time.h>

static bool replay(const char *path)
{
    static uint8_t bytes[1 << 20];
    FILE *file = fopen(path, "rb");
    if (!file) {
        perror(path);
        return false;
    }
    size_t size = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    uint8_t *exact = malloc(size ? size : 1); /* so that the sanitizer sees a byte too far */
    fuzz_expect(exact, "there is memory");
    for (size_t i = 0; i < size; i++)
        exact[i] = bytes[i];
    clock_t start = clock();
    LLVMFuzzerTestOneInput(exact, size);
    long ms = (long)((clock() - start) * 1000 / CLOCKS_PER_SEC);
    if (ms > 1000)
        printf("# %s took %ld ms\n", path, ms);
    free(exact);
    return true;
}

int main(int argc, char **argv)
{
    bool read_all = true;
    for (int i = 1; i < argc; i++)
        read_all &= replay(argv[i]);
    printf("%d inputs replayed\n", argc - 1);
    return read_all ? 0 : 1;
}

/* test_passages.c where the compiler has no numbers of 128 bits. */
#define TOKGATE_PORTABLE
#include "test_passages.c"

/* test_tokenizer.c with a counter that has no SIMD, as on processors that are not x86-64: it counts
 * the same texts as the naive one does, as the other test shows of the counter with SIMD. */
#define TOKGATE_PORTABLE
#include "test_tokenizer.c"

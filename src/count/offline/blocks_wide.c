/*
 * blocks.c, listed.c and stretch.c once more. The Makefile compiles this file for AVX2, BMI and
 * POPCNT where the compiler can, so that no other code has such instructions, and blocks_choose()
 * looks at the processor.
 */
#include "count/offline/lanes.h"

#ifdef LANES_AVX2
#define blocks_read        blocks_read_wide
#define listed_add         listed_add_wide
#define stretch_classify   stretch_classify_wide
#define stretch_last_start stretch_last_start_wide
#include "count/offline/blocks.c"
#include "count/offline/listed.c"
#include "count/offline/stretch.c"

blocks_reader *const blocks_wide = blocks_read_wide;
#else
#include "count/offline/blocks.h"

blocks_reader *const blocks_wide = NULL;
#endif

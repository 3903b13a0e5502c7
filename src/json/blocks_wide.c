/* blocks.c once more, compiled as base/wide.h says. */
#include "base/stops.h"

#ifdef STOPS_AVX2
#define json_blocks_narrow json_blocks_of_wide
#include "json/blocks.c"

const struct json_blocks *const json_blocks_wide = &json_blocks_of_wide;
#else
#include "json/blocks.h"

const struct json_blocks *const json_blocks_wide = NULL;
#endif

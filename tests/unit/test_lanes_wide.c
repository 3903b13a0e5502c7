/* test_lanes.c, compiled as blocks_wide.c is. */
#include "test_lanes.c"

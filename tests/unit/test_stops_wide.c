/* test_stops.c, compiled as json/blocks_wide.c is. */
#include "test_stops.c"

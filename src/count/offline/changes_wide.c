/* changes.c once more, compiled as blocks_wide.c is. */
#include "count/offline/lanes.h"

#ifdef LANES_AVX2
#define changes_character changes_character_wide
#define changes_next      changes_next_wide
#include "count/offline/changes.c"

changes_finder *const changes_wide = changes_next_wide;
#else
#include "count/offline/changes.h"

changes_finder *const changes_wide = NULL;
#endif

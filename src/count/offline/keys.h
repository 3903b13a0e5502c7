#ifndef TOKGATE_COUNT_OFFLINE_KEYS_H
#define TOKGATE_COUNT_OFFLINE_KEYS_H

/* The key of a short text in the table of prices, made without a loop. */

#include <string.h>

#include "count/offline/lanes.h"
#include "count/offline/prices.h"

/* Sixteen bytes from at on that may be read: those of the text, or a copy padded with NUL. */
static inline const uint8_t *keys_lanes(const uint8_t *at, const uint8_t *end, uint8_t copy[LANES])
{
    if (end - at >= LANES)
        return at;
    memset(copy, 0, LANES);
    memcpy(copy, at, (size_t)(end - at));
    return copy;
}

static inline uint64_t keys_load(const uint8_t *bytes)
{
    uint64_t value;
    memcpy(&value, bytes, sizeof value);
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
    value = __builtin_bswap64(value);
#endif
    return value;
}

/* Of the first size bytes of lanes: 1 to PRICES_KEY_MAX. Long and short words alternate as they
 * like, so there is no branch. */
static inline struct price_key keys_of(const uint8_t *lanes, size_t size)
{
#define KEYS_LOW(n)  UINT64_MAX >> (64 - 8 * (n)), 0
#define KEYS_HIGH(n) UINT64_MAX, UINT64_MAX >> (128 - 8 * (n))
    static const struct price_key kept[PRICES_KEY_MAX + 1] = {
        { 0, 0 },          { KEYS_LOW(1) },   { KEYS_LOW(2) },   { KEYS_LOW(3) },
        { KEYS_LOW(4) },   { KEYS_LOW(5) },   { KEYS_LOW(6) },   { KEYS_LOW(7) },
        { KEYS_LOW(8) },   { KEYS_HIGH(9) },  { KEYS_HIGH(10) }, { KEYS_HIGH(11) },
        { KEYS_HIGH(12) }, { KEYS_HIGH(13) }, { KEYS_HIGH(14) }, { KEYS_HIGH(15) },
    };
#undef KEYS_LOW
#undef KEYS_HIGH
    return (struct price_key){ keys_load(lanes) & kept[size].low,
                               keys_load(lanes + 8) & kept[size].high };
}

/* Of 16 to PRICES_LONG_MAX bytes. */
static inline struct price_long_key keys_of_long(const uint8_t *at, const uint8_t *end, size_t size)
{
    uint8_t copy[LANES];
    return (struct price_long_key){
        { keys_load(at), keys_load(at + 8) },
        keys_of(keys_lanes(at + LANES, end, copy), size - LANES),
    };
}

#endif

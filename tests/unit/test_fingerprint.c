/* Fingerprints, against the values of the algorithm's own implementation. */
#include "base/fingerprint.h"

#include "tap.h"

int main(void)
{
    static const struct {
        const char *text;
        uint64_t want;
    } known[] = {
        { "", 0xEF46DB3751D8E999u },
        { "a", 0xD24EC4F1A98C6E5Bu },
        { "abc", 0x44BC2CF5AD770999u },
        { "Nobody inspects the spammish repetition", 0xFBCEA83C8A378BF1u },
    };
    static char text[100];
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        ok(fingerprint(str_from_c(known[i].text)) == known[i].want, known[i].text);
    memset(text, 'x', sizeof text);
    bool is_told_apart = true;
    for (size_t len = 1; len <= sizeof text; len++) {
        const uint64_t before = fingerprint((struct str){ text, len });
        is_told_apart &= before != fingerprint((struct str){ text, len - 1 });
        for (size_t i = 0; i < len; i++) {
            text[i] ^= 1;
            is_told_apart &= before != fingerprint((struct str){ text, len });
            text[i] ^= 1;
        }
        is_told_apart &= before == fingerprint((struct str){ text, len });
    }
    ok(is_told_apart, "every bit of every length counts");
    return tap_done();
}

/* What is kept of a request for planning: sizes, and the hashes and lengths of its cached prefixes.
 */
#include "plan/record.h"

#include "input/manifest.h"
#include "tap.h"

static struct arena arena;
static struct catalog catalog;
static struct offline *offline;

static const struct plan_record *record_of(const char *entry)
{
    static const struct source source = { .path = STR_INIT("a.jsonl") };
    const struct request_defaults defaults = { .model = STR("claude-sonnet-5-5") };
    struct request *request = ARENA_NEW(&arena, struct request);
    struct count count = { 0 };
    *request = (struct request){
        .source = &source,
        .entry = str_from_c(entry),
        .start = { 1, 1 },
        .custom_id_at = REQUEST_NOWHERE,
        .model_at = REQUEST_NOWHERE,
        .max_tokens = REQUEST_UNSET,
        .max_tokens_at = REQUEST_NOWHERE,
        .parts.arena = &arena,
        .faults.arena = &arena,
    };
    manifest_parse(&arena, &defaults, request);
    offline_count(offline, &arena, request, &catalog, &count);
    return plan_record_of(&arena, request, &count);
}

#define MARK      "\"cache_control\":{\"type\":\"ephemeral\"}"
#define MARK_1H   "\"cache_control\":{\"ttl\":\"1h\",\"type\":\"ephemeral\"}"
#define HEAD      "{\"custom_id\":\"a\",\"params\":{\"model\":\"claude-sonnet-5-5\",\"max_tokens\":9,"
#define TEXT(s)   "{\"type\":\"text\",\"text\":\"" s "\""
#define USER(...) "\"messages\":[{\"role\":\"user\",\"content\":[" __VA_ARGS__ "]}]}}"
#define TOOL(...) "{\"name\":\"t\",\"input_schema\":{\"type\":\"object\"}" __VA_ARGS__ "}"

static void test_sizes(void)
{
    const char *plain = HEAD USER(TEXT("one") "}");
    const struct plan_record *record = record_of(plain);
    ok(record->entry_bytes == (int64_t)strlen(plain), "an entry without spaces has its own size");
    record = record_of("{ \"params\" : {\"messages\":[], \"max_tokens\": 5 }\r\n, \"custom_id\" : "
                       "\"a\\u0041\\n\", \"x\": 1 }");
    ok(record->entry_bytes ==
           (int64_t)strlen(
               "{\"custom_id\":\"aA\\n\",\"params\":{\"messages\":[],\"max_tokens\":5}}"),
       "spaces, escapes that need not be, and other members do not count");
    ok(record->max_tokens == 5 && record->is_faulty,
       "max_tokens is kept, and that there are faults");
    is_str(record->model, "", "so is the model, such as it is");
    record = record_of(HEAD "\"inference_geo\":\"us\",\"speed\":\"fast\"," USER(TEXT("one") "}"));
    ok(record->is_us && record->is_fast && !record->searches_web, "what costs more is kept");
    record = record_of(
        HEAD "\"tools\":[{\"type\":\"web_search_20260209\",\"name\":\"web_search\"}]," USER(
            TEXT("one") "}"));
    ok(record->searches_web, "a tool that searches the web");
    record = record_of(
        HEAD "\"tools\":[{\"name\":\"web_search\",\"input_schema\":{}}]," USER(TEXT("one") "}"));
    ok(!record->searches_web, "not one that has but the name");
    ok(!record_of(HEAD "\"inference_geo\":\"global\"," USER(TEXT("one") "}"))->is_us,
       "and only that");
}

static void test_prefixes(void)
{
    const struct plan_record *none = record_of(HEAD USER(TEXT("one") "}"));
    const struct plan_record *all = record_of(
        HEAD "\"tools\":[" TOOL("," MARK_1H) "],\"system\":[" TEXT("s") "," MARK_1H "}]," USER(
            TEXT("one") "," MARK "}," TEXT("two") "," MARK "}," TEXT("three") "}"));
    const struct plan_record *end = record_of(HEAD MARK_1H "," USER(TEXT("one") "}"));
    ok(none->prefixes_len == 0, "no breakpoint, no prefix");
    ok(all->prefixes_len == 4, "four breakpoints, four prefixes");
    bool grows = true, differs = true;
    for (size_t i = 1; i < all->prefixes_len; i++) {
        grows &= all->prefixes[i].tokens > all->prefixes[i - 1].tokens;
        differs &= all->prefixes[i].hash != all->prefixes[i - 1].hash;
    }
    ok(grows && all->prefixes[3].tokens < all->tokens, "each is longer than the one before");
    ok(differs, "and has another hash");
    ok(all->prefixes[0].is_1h && all->prefixes[1].is_1h && !all->prefixes[2].is_1h &&
           !all->prefixes[3].is_1h,
       "each has its own life");
    ok(end->prefixes_len == 1 && end->prefixes[0].tokens == end->tokens && end->prefixes[0].is_1h,
       "the automatic breakpoint is at the end");
    const struct plan_record *five = record_of(HEAD USER(TEXT("1") "," MARK "}," TEXT(
        "2") "," MARK "}," TEXT("3") "," MARK "}," TEXT("4") "," MARK "}," TEXT("5") "," MARK "}"));
    ok(five->prefixes_len == 4, "of five breakpoints four are looked at");
    const struct plan_record *both = record_of(HEAD MARK "," USER(TEXT("one") "," MARK "}"));
    ok(both->prefixes_len == 1, "an automatic breakpoint where one stands is one");
}

static bool shares_prefix(const char *a, const char *b)
{
    const struct plan_record *first = record_of(a), *second = record_of(b);
    return first->prefixes_len && second->prefixes_len &&
           first->prefixes[0].hash == second->prefixes[0].hash;
}

static void test_hashes(void)
{
#define SYSTEM(s) "\"system\":[" TEXT(s) "," MARK "}],"
    ok(shares_prefix(HEAD SYSTEM("s") USER(TEXT("one") "}"),
                     HEAD SYSTEM("s") USER(TEXT("two") "}")),
       "what comes after the breakpoint does not matter");
    ok(shares_prefix(HEAD SYSTEM("s") USER(TEXT("one") "}"),
                     "{\"custom_id\":\"b\",\"params\":{"
                     "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}],\"max_tokens\":1,"
                     "\"system\":[ {" MARK ",\"type\":\"text\",\"text\":\"\\u0073\"} ],"
                     "\"model\":\"claude-sonnet-5-5\"}}"),
       "nor do spaces, escapes and the order of members");
    ok(!shares_prefix(HEAD SYSTEM("s") USER(TEXT("one") "}"),
                      HEAD SYSTEM("t") USER(TEXT("one") "}")),
       "another text is another prefix");
    ok(!shares_prefix(HEAD SYSTEM("s") USER(TEXT("one") "}"),
                      HEAD "\"tools\":[" TOOL() "]," SYSTEM("s") USER(TEXT("one") "}")),
       "so is a tool before it");
    ok(!shares_prefix("{\"params\":{\"model\":\"claude-opus-5\"," SYSTEM("s") USER(TEXT("one") "}"),
                      HEAD SYSTEM("s") USER(TEXT("one") "}")),
       "so is another model");
    ok(shares_prefix(HEAD "\"thinking\":{\"type\":\"adaptive\"}," SYSTEM("s") USER(TEXT("one") "}"),
                     HEAD SYSTEM("s") USER(TEXT("one") "}")),
       "thinking does not change the cache of the system prompt");
    ok(!shares_prefix(HEAD "\"thinking\":{\"type\":\"adaptive\"}," MARK "," USER(TEXT("one") "}"),
                      HEAD MARK "," USER(TEXT("one") "}")),
       "it does that of the messages");
    ok(!shares_prefix(HEAD USER(TEXT("ab") "}," TEXT("c") "," MARK "}"),
                      HEAD USER(TEXT("a") "}," TEXT("bc") "," MARK "}")),
       "where blocks end does matter");
}

int main(void)
{
    const struct counter_options options = { .vocab = vocab_embedded() };
    struct error err = { 0 };
    if (!catalog_load(&arena, &catalog, &err))
        return 1;
    offline = offline_open(&options);
    test_sizes();
    test_prefixes();
    test_hashes();
    offline_close(offline);
    arena_free(&arena);
    return tap_done();
}

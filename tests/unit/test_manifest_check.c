/* Rules on whole manifests at the limits of the API, with requests that only say how large they
 * are. */
#include "check/manifest_check.h"

#include "scratch.h"
#include "tap.h"

static struct arena arena;
static struct catalog catalog;
static struct ruleset ruleset;
static struct checker checker;
static struct findings findings;
static struct manifest_rest rest;
static struct error err;
static const struct source source = { .path = STR_INIT("batch.jsonl"),
                                      .absolute = STR_INIT("/repository/batch.jsonl") };

static struct manifest_check *open_check(const struct manifest_limits *limits, struct str temporary,
                                         size_t findings_max)
{
    const struct settings *settings;
    findings = (struct findings){ .arena = &arena };
    err = (struct error){ 0 };
    if (!settings_of(&ruleset, &source, &settings, &err))
        return NULL;
    return manifest_check_open(&checker, &source, settings, limits, temporary, findings_max);
}

static bool add(struct manifest_check *check, size_t line, size_t size_bytes, struct str id)
{
    const struct request request = {
        .source = &source,
        .start = { line, 1 },
        .in_manifest = true,
        .custom_id = id,
        .custom_id_at = 0,
        .model_at = REQUEST_NOWHERE,
        .entry_size_bytes = size_bytes,
    };
    return manifest_check_add(check, &request, (struct place){ line, 15 }, &err);
}

static bool end(struct manifest_check *check)
{
    bool ended = manifest_check_end(check, &findings, &rest, &err);
    manifest_check_close(check);
    return ended;
}

/* What is said of a manifest of two requests that has so many bytes with what is around them. */
static struct finding said_of_bytes(const struct manifest_limits *limits, uint64_t size_bytes)
{
    size_t around = limits == &manifest_limits_message_batches ? 16 : 1; /* the comma or line end */
    struct manifest_check *check = open_check(limits, STR("/tmp"), 10);
    add(check, 1, 100, STR("a"));
    add(check, 2, size_bytes - around - 100, STR("b"));
    ok(end(check) && findings.len <= 1, "one finding at most");
    return findings.len ? findings.items[0] : (struct finding){ .verdict = VERDICT_PASS };
}

static void test_bytes(void)
{
    const struct manifest_limits *batch = &manifest_limits_message_batches;
    ok(said_of_bytes(batch, 255999999).verdict == VERDICT_PASS, "under 256 MB passes");
    ok(said_of_bytes(batch, 256000000).verdict == VERDICT_PASS, "so does 256 MB");
    struct finding finding = said_of_bytes(batch, 256000001);
    ok(finding.verdict == VERDICT_UNDECIDED && finding.severity == SEVERITY_WARNING,
       "a byte more may be too much");
    ok(finding.place.line == 2 && finding.place.column == 1, "from the second request on");
    is_str(finding.message,
           "the manifest has 256000001 bytes as it is sent, over the 256000000 that a Message "
           "Batch takes, unless that is a binary size (268435456): this request is the "
           "first beyond",
           "it says why");
    ok(said_of_bytes(batch, 268435456).verdict == VERDICT_UNDECIDED, "256 MiB may be too much");
    finding = said_of_bytes(batch, 268435457);
    ok(finding.verdict == VERDICT_FAIL && finding.severity == SEVERITY_ERROR,
       "a byte more is too much");
    is_str(finding.message,
           "the manifest has 268435457 bytes as it is sent, over the 256000000 that a Message "
           "Batch takes: this request is the first beyond",
           "without doubt");
    ok(finding.has_numbers && finding.value == 268435457 && finding.limit == 256000000,
       "the numbers are those of the message");
    ok(said_of_bytes(&manifest_limits_bedrock, 1000000000).verdict == VERDICT_PASS,
       "1 GB passes where that is the limit");
    ok(said_of_bytes(&manifest_limits_bedrock, 1073741824).verdict == VERDICT_UNDECIDED,
       "1 GiB may be too much");
    ok(said_of_bytes(&manifest_limits_bedrock, 1073741825).verdict == VERDICT_FAIL,
       "a byte more is too much");
    ok(said_of_bytes(&manifest_limits_vertex, 1073741825).verdict == VERDICT_PASS,
       "where no limit is known nothing is");
}

static size_t findings_of_requests(size_t len)
{
    struct manifest_check *check = open_check(&manifest_limits_message_batches, STR("/tmp"), 10);
    bool added = true;
    for (size_t i = 1; i <= len; i++) {
        struct str id = str_format(&arena, "request-%zu", i);
        added = add(check, i, 100, id) && added;
    }
    ok(end(check) && added, "requests are taken");
    return findings.len;
}

static void test_requests(void)
{
    ok(findings_of_requests(0) == 0, "none are not too many");
    ok(findings_of_requests(99999) == 0, "99,999 are not");
    ok(findings_of_requests(100000) == 0, "100,000 are not");
    ok(findings_of_requests(100001) == 1, "100,001 are");
    ok(findings.items[0].place.line == 100001, "it is said at the last one");
    is_str(findings.items[0].message,
           "the manifest has 100001 requests, over the 100000 that a Message Batch takes: this "
           "request is the first beyond",
           "with the numbers");
}

static void test_ids(void)
{
    struct manifest_check *check = open_check(&manifest_limits_openai, STR("/tmp"), 2);
    for (size_t line = 1; line <= 6; line++)
        add(check, line, 100, STR("a"));
    ok(end(check) && findings.len == 2 && rest.more == 3, "more than are wanted are counted");
    ok(rest.worst_more == SEVERITY_ERROR && !rest.waived, "with their severity");
    is_str(findings.items[1].message, "custom_id \"a\" is used already in line 1",
           "the first place is named");
    check = open_check(&manifest_limits_bedrock, STR("/tmp"), 10);
    add(check, 7, 100, STR("a"));
    add(check, 7, 100, STR("a"));
    ok(end(check) && findings.len == 1, "two in one line");
    is_str(findings.items[0].message, "recordId \"a\" is used already at column 15 of this line",
           "are told by their columns, and the id is called as there");
    const struct place far = { (size_t)UINT32_MAX + 5, 3 };
    ok(rule_unpack_place(rule_pack_place(far)).line == UINT32_MAX,
       "a line that does not fit is the last that does");
}

/* Ids that go to files, which cannot be made. */
static void test_failure(void)
{
    struct manifest_check *check =
        open_check(&manifest_limits_message_batches, STR("/not/there"), 10);
    size_t failures = 0;
    for (size_t i = 1; i <= 300000; i++)
        failures += !add(check, i, 10, str_format(&arena, "%zu", i));
    ok(failures == 1, "it is said once that ids cannot be compared any more");
    is_str(str_from_c(err.text),
           "whether every custom_id is unique is not known: cannot make a temporary file in "
           "/not/there (TMPDIR): No such file or directory",
           "and why");
    ok(end(check) && findings.len == 1, "the other rules go on");
}

static struct ruleset load(const char *text)
{
    struct ruleset loaded;
    struct error problem = { 0 };
    scratch_write("tokgate.json", text);
    ruleset_init(&loaded, &arena, &catalog, STR("/work"));
    if (!ruleset_load(&loaded, STR("tokgate.json"), &problem))
        ok(false, problem.text);
    return loaded;
}

static void test_settings(void)
{
    ruleset =
        load("{ \"rules\": [ { \"rule\": \"duplicate-custom-id\", \"severity\": \"off\" } ] }");
    struct manifest_check *check = open_check(&manifest_limits_message_batches, STR("/not"), 10);
    for (size_t i = 0; i < 300000; i++)
        add(check, i + 1, 5, STR("a"));
    ok(end(check) && findings.len == 1, "what is off is not looked at");
    ruleset = load("{ \"rules\": [ { \"rule\": \"duplicate-custom-id\", \"severity\": \"off\" }, "
                   "{ \"rule\": \"batch-size\", \"severity\": \"off\" }, "
                   "{ \"rule\": \"mixed-models\", \"severity\": \"off\" } ] }");
    ok(!open_check(&manifest_limits_message_batches, STR("/not"), 10), "without rules, nothing is");
    manifest_check_close(NULL);
    ruleset = load("{}");
    ok(!open_check(NULL, STR("/not"), 10), "nor without a manifest");
}

int main(void)
{
    struct error problem = { 0 };
    struct scratch scratch;
    scratch_make(&scratch);
    if (!catalog_load(&arena, &catalog, &problem))
        return 1;
    ruleset_init(&ruleset, &arena, &catalog, STR("/work"));
    checker = (struct checker){ &ruleset, &catalog, STR("2026-11-20"), false };
    test_bytes();
    test_requests();
    test_ids();
    test_failure();
    test_settings();
    arena_free(&arena);
    scratch_remove(&scratch);
    return tap_done();
}

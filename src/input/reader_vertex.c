/* JSON lines for batch predictions on Google Cloud: {"custom_id", "request"}; the model is chosen
 * with the job (cloud.google.com, "Batch predictions with Anthropic Claude models", 2026). */
#include "input/record.h"
#include "input/split.h"

static enum match detect(const struct head *head)
{
    static const char *const shapes[] = {
        "custom_id request -response -status -request.contents",
        "request.anthropic_version -response -status",
        "request.messages -response -status",
        NULL,
    };
    return shape_detect(head, shapes);
}

static const struct record_other others[] = {
    { "contents", "Gemini" },
    { "instances", "predictions" },
    { NULL, NULL },
};

static void parse(struct arena *arena, const struct request_defaults *defaults,
                  struct request *request)
{
    static const struct record_form form = {
        .body_name = "request",
        .version = "vertex-2023-10-16",
        .vendor = "Google Cloud",
        .others = others,
    };
    (void)defaults;
    record_parse(arena, request, &form);
}

const struct reader reader_vertex = {
    .name = "vertex",
    .summary = "a Google Cloud batch: lines of {\"custom_id\", \"request\"}",
    .is_json = true,
    .is_manifest = true,
    .limits = &manifest_limits_vertex,
    .detect = detect,
    .split = split_records,
    .parse = parse,
};

/* JSON lines for Amazon Bedrock's batch inference: {"recordId", "modelInput"}; the model is chosen
 * with the job (docs.aws.amazon.com/bedrock, "Format and upload your batch inference data", 2026).
 */
#include "input/record.h"
#include "input/split.h"

static enum match detect(const struct head *head)
{
    static const char *const shapes[] = { "modelInput -modelOutput -error", NULL };
    return shape_detect(head, shapes);
}

/* The bodies of models beside Claude on Bedrock, by the members that only they have. A job may also
 * have bodies of the Converse API, for any model. */
static const struct record_other others[] = {
    { "schemaVersion", "Amazon Nova" },
    { "inferenceConfig", "the Converse API" },
    { "inputText", "Amazon Titan" },
    { "taskType", "Amazon Nova" },
    { "max_gen_len", "Llama" },
    { "max_tokens_to_sample", "text completions" },
    { "prompt", "text completions" },
    { "texts", "embeddings" },
    { "message", "Cohere" },
    { "-anthropic_version -max_tokens -system -tools", "another model" },
    { NULL, NULL },
};

static void parse(struct arena *arena, const struct request_defaults *defaults,
                  struct request *request)
{
    static const struct record_form form = {
        .body_name = "modelInput",
        .version = "bedrock-2023-05-31",
        .vendor = "Amazon Bedrock",
        .others = others,
    };
    (void)defaults;
    record_parse(arena, request, &form);
}

const struct reader reader_bedrock = {
    .name = "bedrock",
    .summary = "an Amazon Bedrock batch: lines of {\"recordId\", \"modelInput\"}",
    .is_json = true,
    .is_manifest = true,
    .limits = &manifest_limits_bedrock,
    .detect = detect,
    .split = split_records,
    .parse = parse,
};

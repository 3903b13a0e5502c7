#include "input/limits.h"

/* build-with-claude/batch-processing and api/overview, 2026-08-22: 100,000 requests or 256 MB,
 * whichever is reached first; a request as online. Each request may be for another model. */
const struct manifest_limits manifest_limits_message_batches = {
    .name = "a Message Batch",
    .id_name = "custom_id",
    .requests_max = 100000,
    .bytes_max = 256000000,
    .request_bytes_max = 32000000,
    .id_form = ID_FORM_MESSAGE_BATCHES,
    .id_required = true,
    .id_unique = true,
    .source = "build-with-claude/batch-processing, 2026-08-22",
};

/* "can contain up to 50,000 requests, and can be up to 200 MB in size", "each request must include
 * a unique custom_id value", "requests to a single model": platform.openai.com, API reference and
 * guide of the Batch API, as the generated clients quote them in 2026. Of one request, nothing. */
const struct manifest_limits manifest_limits_openai = {
    .name = "an OpenAI batch",
    .id_name = "custom_id",
    .requests_max = 50000,
    .bytes_max = 200000000,
    .id_required = true,
    .id_unique = true,
    .one_model = true,
    .max_tokens_optional = true,
    .source = "platform.openai.com/docs/api-reference/batch, 2026",
};

/* docs.aws.amazon.com/bedrock, "Format and upload your batch inference data" (2026): recordId is
 * any text and may be left out, the model is the job's, and the numbers are Service Quotas. Of
 * those a file's 1 GB is the same for all models and not adjustable (Amazon Bedrock endpoints and
 * quotas, 2026); how many records a file and a job may have differs by model and account, so
 * nothing is checked. A request body of 20 MB: api/overview, 2026-08-22; base64 alone and images of
 * 5 MB: build-with-claude/vision, 2026-08-22 (5 MB is 5242880 bytes, as 10 MB are 10485760). */
const struct manifest_limits manifest_limits_bedrock = {
    .name = "an Amazon Bedrock batch file",
    .id_name = "recordId",
    .bytes_max = 1000000000,
    .request_bytes_max = 20000000,
    .image_base64_max = 5242880,
    .base64_only = true,
    .documents_are_images = true,
    .id_unique = true,
    .one_model = true,
    .model_is_of_job = true,
    .source = "docs.aws.amazon.com/bedrock, batch-inference-data and quotas, 2026",
};

/* cloud.google.com, "Batch predictions with Anthropic Claude models" (2026): custom_id matches
 * input and output, the model is the job's; no number is given for a file, only for jobs at a time.
 * A request body of 30 MB: api/overview, 2026-08-22; base64 alone and images of 5 MB as there. */
const struct manifest_limits manifest_limits_vertex = {
    .name = "a Google Cloud batch file",
    .id_name = "custom_id",
    .request_bytes_max = 30000000,
    .image_base64_max = 5242880,
    .base64_only = true,
    .documents_are_images = true,
    .id_required = true,
    .id_unique = true,
    .one_model = true,
    .model_is_of_job = true,
    .source = "cloud.google.com, partner-models/claude/batch, 2026",
};

/*
 * The doors. Where a line has no other source it is that of the Claude API documentation, the cloud
 * pages among it (platform.claude.com, full copy of 2026-08-22), or of the Python SDK 0.121.0
 * (2026-08-08).
 */
#include "count/door.h"

const struct door_variable_name door_variables[DOOR_VARIABLES_LEN] = {
#define DOOR_VARIABLE_ROW(name, is_secret) [DOOR_##name] = { #name, is_secret },
    DOOR_VARIABLE_LIST(DOOR_VARIABLE_ROW)
#undef DOOR_VARIABLE_ROW
};

const char *const door_members[DOOR_MEMBERS_LEN] = {
    [DOOR_PROJECT] = "project",
    [DOOR_REGION] = "region",
    [DOOR_RESOURCE] = "resource",
};

const struct door doors[] = {
    {
        .name = "anthropic",
        .summary = "the Claude API",
        .base_url = DOOR_ANTHROPIC_BASE_URL,
        .bases = { { NULL, "https://api.anthropic.com" } },
        .path = "/v1/messages/count_tokens",
        /* one credential: which of two the API takes is not documented */
        .credentials = {
            { DOOR_ANTHROPIC_API_KEY, "x-api-key", "", "key", .refuses_oauth = true },
            { DOOR_ANTHROPIC_AUTH_TOKEN, "authorization", "Bearer ", "token", false },
        },
        .tokens = "input_tokens",
        .error = "error",
    },
    {
        /* CountTokens, InvokeModelTokensRequest and the body of InvokeModel: docs.aws.amazon.com
         * (bedrock/latest/APIReference and userguide, 2026-08). max_tokens and anthropic_version
         * are required there. Inference profiles are refused (alchemy.run, CountTokens). */
        .name = "bedrock",
        .summary = "Amazon Bedrock, CountTokens",
        .vendor = "Amazon Bedrock",
        .needs = { [DOOR_REGION] = { "us-east-1", DOOR_AWS_REGION, false, false } },
        .base_url = DOOR_AWS_ENDPOINT_URL_BEDROCK_RUNTIME,
        .bases = { { NULL, "https://bedrock-runtime.{region}.amazonaws.com" } },
        .path = "/model/{model}/count-tokens",
        .service = "bedrock",
        .version = "bedrock-2023-05-31",
        .is_invocation = true,
        .model = "anthropic.",
        .cloud_id = "bedrock",
        .bytes_max = 20000000,
        .ends_with_403 = true,
        .tokens = "inputTokens",
    },
    {
        .name = "foundry",
        .summary = "Microsoft Foundry",
        .vendor = "Microsoft Foundry",
        .needs = { [DOOR_RESOURCE] = { "my-resource", DOOR_ANTHROPIC_FOUNDRY_RESOURCE,
                                       .is_pinned = true, .is_in_address = true } },
        .base_url = DOOR_ANTHROPIC_FOUNDRY_BASE_URL,
        .bases = { { NULL, "https://{resource}.services.ai.azure.com/anthropic" } },
        .path = "/v1/messages/count_tokens",
        .credentials = { { DOOR_ANTHROPIC_FOUNDRY_API_KEY, "api-key", "", "key", false } },
        .ends_with_403 = true,
        .tokens = "input_tokens",
        .error = "error",
    },
    {
        /* docs.cloud.google.com, partner-models/claude/count-tokens (2026-10) */
        .name = "google",
        .summary = "Google Cloud, count-tokens:rawPredict",
        .vendor = "Google Cloud",
        .needs = { [DOOR_PROJECT] = { "my-project", DOOR_ANTHROPIC_VERTEX_PROJECT_ID, false, false },
                   [DOOR_REGION] = { "global", DOOR_VARIABLE_NONE, false, false } },
        .base_url = DOOR_ANTHROPIC_VERTEX_BASE_URL,
        .bases = {
            { "eu", "https://aiplatform.eu.rep.googleapis.com/v1" },
            { "global", "https://aiplatform.googleapis.com/v1" },
            { "us", "https://aiplatform.us.rep.googleapis.com/v1" },
            { NULL, "https://{region}-aiplatform.googleapis.com/v1" },
        },
        .path = "/projects/{project}/locations/{region}/publishers/anthropic/models/"
                "count-tokens:rawPredict",
        .credentials = { { DOOR_GOOGLE_OAUTH_ACCESS_TOKEN, "authorization", "Bearer ", "token", false } },
        .version = "vertex-2023-10-16",
        .cloud_id = "google",
        .bytes_max = 30000000,
        .ends_with_403 = true,
        .tokens = "input_tokens",
        .error = "error",
    },
    { 0 },
};

const struct door *door_find(struct str name)
{
    for (const struct door *door = doors; door->name; door++)
        if (str_equal_c(name, door->name))
            return door;
    return NULL;
}

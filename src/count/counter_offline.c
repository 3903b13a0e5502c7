/*
 * Counts without a connection: the text by estimate.c, what surrounds it by the model's profile
 * (rules/catalog/profiles.json). Pure arithmetic on the request.
 */
#include <math.h>

#include "count/count.h"
#include "count/offline/estimate.h"

/* What an image may cost (build-with-claude/vision, 2026-08-22): one patch of 28 x 28 px to the cap
 * of the model's tier. */
enum { IMAGE_TOKENS_MIN = 1, IMAGE_TOKENS_STANDARD = 1568, IMAGE_TOKENS_HIGH = 4784 };

/* How far the frame model is off, beside the text, in tokens and as a share of the text: p95 of
 * publicly recorded requests (2026-11-20). */
enum { SLACK_ALWAYS = 1, SLACK_SYSTEM = 1, SLACK_TURN = 1, SLACK_TOOLS = 8, SLACK_CALL = 12 };
static const double slack_tools_share = 0.025, slack_unknown_share = 0.05;

/* Texts of a request, by how sure it is that they are counted. */
struct texts {
    struct estimate_features all, sure, prefix;
    bool has_unsure;
    int64_t images;
    size_t breakpoint; /* parts up to this one are before the last cache breakpoint */
};

static void add_text(struct texts *texts, const struct part *part, size_t index)
{
    const char *ptr = part->text.ptr;
    estimate_features_add(&texts->all, ptr, part->text.len);
    if (index < texts->breakpoint)
        estimate_features_add(&texts->prefix, ptr, part->text.len);
    if (part->kind == PART_THINKING) /* models differ in whether they keep that of earlier turns */
        texts->has_unsure = true;
    else
        estimate_features_add(&texts->sure, ptr, part->text.len);
}

static void gather(const struct request *request, struct texts *texts, struct count *count)
{
    for (size_t i = 0; i < request->parts.len; i++)
        if (request->parts.items[i].ends_prefix)
            texts->breakpoint = i + 1;
    if (request->caches_all)
        texts->breakpoint = request->parts.len;
    for (size_t i = 0; i < request->parts.len; i++) {
        const struct part *part = &request->parts.items[i];
        if (part->kind == PART_IMAGE) {
            texts->images++;
        } else if (part->kind == PART_OPAQUE || part->kind == PART_UNCOUNTABLE) {
            if (!count->uncountable.len || part->kind == PART_UNCOUNTABLE)
                count->uncountable = part->text;
            count->refused_online |= part->kind == PART_UNCOUNTABLE;
        } else {
            add_text(texts, part, i);
        }
    }
}

/* Tokens around the text, and how far they may be off. */
struct frame {
    int64_t tokens, slack_low, slack_high;
    double slack_share;
};

static void frame_tools(const struct request *request, const struct model *model,
                        const struct profile *profile, struct frame *frame)
{
    if (request->tools_len) {
        struct tool_prompt prompt = model ? model->tool_prompt : profile->tool_prompt;
        int64_t prompt_tokens =
            request->tool_choice == TOOL_CHOICE_AUTO ? prompt.any_choice : prompt.forced_choice;
        if (prompt_tokens == CATALOG_UNKNOWN)
            prompt_tokens = prompt.any_choice;
        frame->tokens += prompt_tokens + profile->tool_each * (int64_t)request->tools_len;
        if (request->tool_choice == TOOL_CHOICE_TOOL)
            frame->tokens += profile->tool_name;
        if (!model || !model->tool_prompt_published) {
            frame->slack_low += prompt_tokens / 4;
            frame->slack_high += 2 * prompt_tokens; /* published ones are 264 to 804 */
        }
        frame->slack_share += slack_tools_share;
        frame->slack_low += SLACK_TOOLS;
        frame->slack_high += SLACK_TOOLS;
    }
    int64_t calls = (int64_t)request->tool_calls, parallel = (int64_t)request->parallel_calls;
    frame->tokens += (calls - parallel) * profile->tool_call + parallel * profile->parallel_call;
    frame->slack_low += calls * SLACK_CALL;
    frame->slack_high += calls * SLACK_CALL;
}

static void frame_images(const struct model *model, const struct profile *profile, int64_t images,
                         struct frame *frame)
{
    bool is_high = model ? model->high_resolution_images : profile->tokenizer == TOKENIZER_NEW;
    int64_t most = is_high ? IMAGE_TOKENS_HIGH : IMAGE_TOKENS_STANDARD;
    int64_t each = IMAGE_TOKENS_STANDARD / 2;
    frame->tokens += images * (each + profile->image_extra);
    frame->slack_low += images * (each - IMAGE_TOKENS_MIN);
    frame->slack_high += images * (most - each);
}

static void frame_documents(const struct request *request, const struct profile *profile,
                            struct frame *frame)
{
    int64_t tokens = profile->document * (int64_t)request->documents +
                     (request->has_citations ? profile->citations : 0);
    frame->tokens += tokens;
    frame->slack_low += tokens / 2; /* seen on few requests */
    frame->slack_high += tokens / 2;
}

static struct frame measure_frame(const struct request *request, const struct model *model,
                                  const struct profile *profile, int64_t images)
{
    bool has_schema = false, has_system = false;
    for (size_t i = 0; i < request->parts.len; i++) {
        has_schema |= request->parts.items[i].kind == PART_SCHEMA;
        has_system |= request->parts.items[i].kind == PART_SYSTEM;
    }
    struct frame frame = { .slack_share = model ? 0 : slack_unknown_share };
    frame.tokens = profile->message_base + profile->per_turn * (int64_t)request->turns +
                   profile->system_turn * (int64_t)request->system_turns +
                   (request->last_is_user ? profile->last_user : 0) +
                   (has_schema ? profile->schema : 0);
    if (request->thinking == THINKING_ENABLED)
        frame.tokens += profile->thinking_enabled;
    else if (request->thinking == THINKING_ADAPTIVE && !request->tools_len)
        frame.tokens += profile->thinking_adaptive;
    frame.slack_low = SLACK_ALWAYS + (has_system ? SLACK_SYSTEM : 0) +
                      (request->turns > 1 ? SLACK_TURN * (int64_t)request->turns : 0) +
                      (has_schema ? profile->schema / 2 : 0);
    frame.slack_high = frame.slack_low;
    frame_tools(request, model, profile, &frame);
    frame_documents(request, profile, &frame);
    frame_images(model, profile, images, &frame);
    return frame;
}

static enum count_result count(void *state, struct arena *arena, const struct request *request,
                               const struct catalog *catalog, struct count *count,
                               struct error *err)
{
    (void)state;
    (void)arena;
    (void)err;
    const struct model *model = catalog_model(catalog, request->model);
    const struct profile *profile = model ? model->profile : catalog->newest_profile;
    enum estimate_generation generation =
        profile->tokenizer == TOKENIZER_V3 ? ESTIMATE_GENERATION_V3 : ESTIMATE_GENERATION_NEW;
    struct texts texts = { .breakpoint = 0 };
    *count = (struct count){ .origin = COUNT_ORIGIN_OFFLINE };
    gather(request, &texts, count);
    struct frame frame = measure_frame(request, model, profile, texts.images);
    struct estimate text = estimate_from_features(&texts.all, generation);
    struct estimate sure =
        texts.has_unsure ? estimate_from_features(&texts.sure, generation) : text;
    double share = frame.slack_share * (double)(text.tokens + frame.tokens);
    bool keeps_thinking = !model || model->keeps_thinking;
    count->tokens = (keeps_thinking ? text.tokens : sure.tokens) + frame.tokens;
    count->low = sure.low + frame.tokens - frame.slack_low - (int64_t)ceil(share);
    count->high = text.high + frame.tokens + frame.slack_high + (int64_t)ceil(share);
    count->low = count->low < 1 ? 1 : count->low;
    count->low = count->low > count->tokens ? count->tokens : count->low;
    if (count->uncountable.len)
        count->high = COUNT_UNBOUNDED;
    if (texts.breakpoint && count->tokens) {
        int64_t prefix = estimate_from_features(&texts.prefix, generation).tokens;
        count->prefix_share = (double)prefix / (double)count->tokens;
        count->prefix_share = count->prefix_share > 1 ? 1 : count->prefix_share;
    }
    return COUNT_DONE;
}

const struct counter counter_offline = {
    .name = "offline",
    .summary = "no connection is opened: an estimate with a band",
    .count = count,
};

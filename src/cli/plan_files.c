/* The files that tokgate plan writes beside its report: --schedule and --html. */
#include <inttypes.h>

#include "cli/planning.h"
#include "report/plan_html.h"

static void fail_writing(struct pipeline *pipeline, const struct error *err)
{
    pipeline->errors++;
    pipeline_say(pipeline->run, "error", "%s", err->text);
}

bool planning_begin_schedule(struct planning *planning, struct run *run, struct error *err)
{
    const struct str path = run->options->schedule;
    planning->has_schedule =
        path.len > 0 && schedule_begin(&planning->schedule, run->arena, path, err);
    return planning->has_schedule || !path.len;
}

void planning_drop_schedule(struct planning *planning)
{
    if (planning->has_schedule)
        schedule_abandon(&planning->schedule);
    planning->has_schedule = false;
}

static void end_schedule(struct pipeline *pipeline)
{
    struct planning *planning = pipeline->context;
    const int64_t all = planning->plan.sums.requests, sent = planning->schedule.sent_len;
    struct error err = { 0 };
    if (!planning->has_schedule)
        return;
    if (!schedule_end(&planning->schedule, &err))
        fail_writing(pipeline, &err);
    else if (sent < all)
        pipeline_say(pipeline->run, "warning",
                     "%.*s has times for %" PRId64 " of %" PRId64
                     " requests: the others can never be sent, or no limit of theirs is known",
                     STR_ARGS(pipeline->run->options->schedule), sent, all);
}

static void write_html(struct pipeline *pipeline)
{
    const struct planning *planning = pipeline->context;
    const struct str path = pipeline->run->options->html;
    struct replace page;
    struct error err = { 0 };
    if (!path.len)
        return;
    if (replace_begin(&page, pipeline->run->arena, path, &err)) {
        report_plan_html(page.out, &planning->plan);
        if (replace_end(&page, &err))
            return;
    }
    fail_writing(pipeline, &err);
}

void planning_write_files(struct pipeline *pipeline)
{
    if (pipeline_is_interrupted(pipeline->run)) {
        planning_drop_schedule(pipeline->context);
        return;
    }
    end_schedule(pipeline);
    write_html(pipeline);
}

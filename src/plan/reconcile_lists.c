#include "plan/reconcile_lists.h"

#include "base/list.h"
#include "base/utf8.h"
#include "plan/label.h"

enum { REASONS_MAX = 1000, MODELS_MAX = 1000, LABELS_MAX = 10000, SHOWN_MAX = 300 };

size_t reconcile_model(struct reconcile *reconcile, struct reconcile_models *models,
                       struct str name)
{
    for (size_t i = models->len; i-- > 0;)
        if (str_equal(models->items[i].name, name) || i + 1 == MODELS_MAX)
            return i;
    *LIST_PUSH(models) = (struct reconcile_model){
        .name = str_copy(reconcile->arena, name),
        .model = catalog_model(reconcile->options->catalog, name),
    };
    return models->len - 1;
}

void reconcile_reason(struct reconcile_reasons *reasons, struct str type, struct str message)
{
    type = utf8_head(type, SHOWN_MAX);
    message = utf8_head(message, SHOWN_MAX);
    for (size_t i = 0; i < reasons->len; i++) {
        struct reconcile_reason *reason = &reasons->items[i];
        if ((str_equal(reason->type, type) && str_equal(reason->message, message)) ||
            i + 1 == REASONS_MAX) {
            reason->len++;
            return;
        }
    }
    bool is_last = reasons->len + 1 == REASONS_MAX;
    *LIST_PUSH(reasons) = (struct reconcile_reason){
        str_copy(reasons->arena, is_last ? STR("other") : type),
        str_copy(reasons->arena, is_last ? STR("") : message),
        1,
    };
}

size_t reconcile_label(struct reconcile *reconcile, struct str id)
{
    const struct reconcile_options *options = reconcile->options;
    struct reconcile_labels *labels = &reconcile->labels;
    struct str label = options->label ? options->label(options->label_context, id) : label_of(id);
    size_t number = labels->len;
    if (labels->len == LABELS_MAX)
        return labels->len - 1;
    label = utf8_head(label, SHOWN_MAX);
    if (labels->len + 1 == LABELS_MAX)
        label = STR("(other)");
    struct str kept = str_copy(reconcile->arena, label);
    if (seen_before(&reconcile->labels_seen, kept, &number))
        return number;
    *LIST_PUSH(labels) = (struct reconcile_label){
        .label = kept,
        .max_tokens = REQUEST_UNSET,
        .max_output = CATALOG_UNKNOWN,
    };
    return labels->len - 1;
}

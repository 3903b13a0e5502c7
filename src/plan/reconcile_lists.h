#ifndef TOKGATE_PLAN_RECONCILE_LISTS_H
#define TOKGATE_PLAN_RECONCILE_LISTS_H

#include "plan/reconcile.h"

/* Lists that grow with what requests and answers name, up to a limit: then the last item stands for
 * all others. The functions give the index of an item, made when there is none. */
size_t reconcile_model(struct reconcile *reconcile, struct reconcile_models *models,
                       struct str name);
size_t reconcile_label(struct reconcile *reconcile, struct str custom_id);

/* Counts one more request for that reason. */
void reconcile_reason(struct reconcile_reasons *reasons, struct str type, struct str message);

#endif

#ifndef TOKGATE_REPORT_RECONCILE_H
#define TOKGATE_REPORT_RECONCILE_H

#include "plan/reconcile.h"
#include "report/report.h"

/* What a batch was expected to be and what it was, when it is finished: findings and figures.
 * summary is that of the manifest. */
void report_reconcile_human(FILE *out, const struct report_style *style,
                            const struct reconcile *reconcile, const struct summary *summary);

/* One JSON document; rules/schema/reconcile.schema.json describes it. */
void report_reconcile_json(FILE *out, const struct reconcile *reconcile,
                           const struct summary *summary);

#endif

#ifndef TOKGATE_CLI_CHUNK_H
#define TOKGATE_CLI_CHUNK_H

#include <stdatomic.h>

#include "check/check.h"
#include "cli/others.h"
#include "cli/options.h"
#include "count/count.h"
#include "count/offline/passages.h"
#include "count/online.h"
#include "count/recall.h"
#include "input/reader.h"
#include "plan/record.h"

/* A source that is read, and what is in force for it. */
struct job_source {
    struct source source;
    const struct settings *settings;
    const struct reader *reader;
    bool needs_ids;      /* places of ids are wanted when its manifest ends */
    size_t findings_len; /* kept so far */
    struct unlisted unlisted;
    size_t number;        /* of it among all sources, from 0 */
    size_t entries_len;   /* emitted so far */
    struct others others; /* of them, those that are not for Claude */
};

/* So many findings of one source are listed; the others are counted. */
enum { FINDINGS_MAX = 10000 };

/* How a request came out. */
enum item_state {
    ITEM_COUNTED,
    ITEM_UNREADABLE, /* no request: its faults say why */
    ITEM_OTHER,      /* no request for Claude */
    ITEM_REMARK,     /* no entry, but something to be said of its source */
    ITEM_NOT_ASKED,  /* the API was not asked any more: error says why, where no other item does */
    ITEM_REFUSED,    /* the API refused it: error says why */
    ITEM_FAILED,     /* the API could not be asked: error says why */
};

/* An offline count as it was counted. */
struct offline_band {
    int64_t low, tokens, high;
};

/* One request on its way. */
struct item {
    struct job_source *from; /* changed by the emitting thread alone */
    struct request request;
    const char *remark;   /* NULL: an entry */
    bool is_fault;        /* of a remark: the source is broken there */
    bool begins_manifest; /* of a remark: what follows is submitted for itself */
    struct count count;
    struct place id_place;            /* of its custom_id, where needs_ids wants it */
    struct offline_band offline;      /* before it was corrected, without declared variables */
    const struct plan_record *record; /* where records are wanted and it was counted; else NULL */
    enum item_state state;
    const struct finding *fault; /* where records are wanted: the first error; NULL: none */
    uint64_t entry_hash;         /* its fingerprint, where it is wanted */
    size_t findings_end;         /* its findings in the chunk's list end here */
    size_t waived;               /* findings that are known exceptions */
    struct str error;
    bool wants_online; /* offline counting does not decide it */
    bool lacks_shares; /* its count is complete but for whose the tokens are */
    bool fell_back;    /* --count auto wanted to ask, but could not: error says why */
};

struct items {
    struct arena *arena;
    struct item *items;
    size_t len, cap;
};

/* What is counted offline or found in the cache comes back at once: fewer requests are less memory.
 * Those that are asked about wait for each other. */
enum {
    CHUNK_REQUESTS_OFFLINE = 128,
    CHUNK_REQUESTS_ASKED = 256,
    CHUNK_BYTES_MAX = 2 * 1024 * 1024,
};

/* Some hundred requests or some MB, whichever is first, with all that is known of them. */
struct chunk {
    struct arena arena;
    struct arena lasting; /* the chunk itself, and room for its items */
    struct items items;
    struct findings findings;
    size_t size_bytes;
    struct chunk *next; /* in a list of chunks that wait for requests */
};

struct correcting;
struct observer;

/* What working on chunks needs; shared by all threads, each of which changes only its own state. */
struct workshop {
    const struct checker *checker;
    enum count_mode mode;
    bool runs_rules;    /* else only the rule invalid-request */
    bool wants_records; /* each counted item gets its record */
    bool wants_hashes;  /* of entries */
    struct counter_options counter_options;
    struct passages passages;      /* of all offline counters */
    struct online *online;         /* NULL: nothing is asked */
    struct error offline_only;     /* why auto cannot ask */
    struct recall *recall;         /* where it cannot ask: counts of other runs; NULL: none */
    struct correcting *correcting; /* corrections of offline counts */
    struct observer *observer;     /* keeps what true counts say of offline ones; NULL: nobody */
    const atomic_bool *is_interrupted;
    struct offline **offline; /* the offline counter, one a thread; NULL: not open yet */
};

struct chunk *chunk_new(void);
void chunk_free(struct chunk *chunk);

/* Empties a chunk that is done with; it keeps memory, which is then not asked for again. */
void chunk_renew(struct chunk *chunk);

/* Adds an entry, copying its bytes. The caller looks at chunk_is_full after each. */
void chunk_add(struct chunk *chunk, struct job_source *from, const struct entry *entry);

/* The same, but the chunk takes over the entry's bytes, which start at what malloc gave. */
void chunk_adopt(struct chunk *chunk, struct job_source *from, const struct entry *entry);
bool chunk_is_full(const struct chunk *chunk, bool is_asking);

#endif

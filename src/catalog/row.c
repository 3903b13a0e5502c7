#include "catalog/row.h"

/* A member that has the name it has in the file. */
#define MEMBER(type, name, read)                                                                   \
    {                                                                                              \
        STR_INIT(#name), offsetof(type, name), read                                                \
    }

static void read_text(const struct fact *fact, void *place)
{
    *(struct str *)place = fact_string(fact);
}

static void read_bool(const struct fact *fact, void *place)
{
    *(bool *)place = fact->is_true;
}

static void read_list(const struct fact *fact, void *place)
{
    *(const struct fact **)place = fact;
}

static void read_tokens(const struct fact *fact, void *place)
{
    if (fact->type == JSON_NUMBER)
        *(int64_t *)place = (int64_t)fact->number;
}

static void read_number(const struct fact *fact, void *place)
{
    if (fact->type == JSON_NUMBER)
        *(double *)place = fact->number;
}

/* A term as [tokens, less, more], or as its tokens. */
static void read_term(const struct fact *fact, void *place)
{
    int64_t numbers[3] = { (int64_t)fact->number };
    size_t len = 0;
    for (const struct fact *each = fact_first(fact); each && len < 3; each = fact_next(each))
        numbers[len++] = (int64_t)each->number;
    *(struct term *)place = (struct term){ numbers[0], numbers[1], numbers[2] };
}

static void read_terms(const struct fact *fact, void *place)
{
    static const struct fact_member members[TERMS_LEN] = {
#define PROFILE_TERM_MEMBER(id, name)                                                              \
    [TERM_##id] = { STR_INIT(name), TERM_##id * sizeof(struct term), read_term },
        PROFILE_TERM_LIST(PROFILE_TERM_MEMBER)
#undef PROFILE_TERM_MEMBER
    };
    fact_read(fact, members, TERMS_LEN, place);
}

static void read_generation(const struct fact *fact, void *place)
{
    *(enum tokenizer_generation *)place =
        str_equal_c(fact_string(fact), "v3") ? TOKENIZER_V3 : TOKENIZER_NEW;
}

static void read_turns(const struct fact *fact, void *place)
{
    *(bool *)place = str_equal_c(fact_string(fact), "words");
}

static void read_status(const struct fact *fact, void *place)
{
    static const struct str names[] = {
        [MODEL_STATUS_ACTIVE] = STR_INIT("active"),
        [MODEL_STATUS_LEGACY] = STR_INIT("legacy"),
        [MODEL_STATUS_DEPRECATED] = STR_INIT("deprecated"),
        [MODEL_STATUS_RETIRED] = STR_INIT("retired"),
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (str_equal(fact_string(fact), names[i]))
            *(enum model_status *)place = (enum model_status)i;
}

static void read_sampling(const struct fact *fact, void *place)
{
    *(enum model_sampling *)place = str_equal_c(fact_string(fact), "fixed") ? SAMPLING_FIXED
                                    : str_equal_c(fact_string(fact), "one") ? SAMPLING_ONE
                                                                            : SAMPLING_FREE;
}

static void read_image_tier(const struct fact *fact, void *place)
{
    *(bool *)place = str_equal_c(fact_string(fact), "high");
}

static void read_price(const struct fact *fact, void *place)
{
    static const struct fact_member members[] = {
        MEMBER(struct price, input, read_number),
        MEMBER(struct price, output, read_number),
        MEMBER(struct price, cache_write_5m, read_number),
        MEMBER(struct price, cache_write_1h, read_number),
        MEMBER(struct price, cache_read, read_number),
    };
    fact_read(fact, members, sizeof members / sizeof members[0], place);
}

static const struct fact_member profile_members[] = {
    MEMBER(struct profile, id, read_text),
    { STR_INIT("generation"), offsetof(struct profile, tokenizer), read_generation },
    { STR_INIT("turns"), offsetof(struct profile, turns_are_words), read_turns },
    MEMBER(struct profile, tools_escaped, read_bool),
    MEMBER(struct profile, tail_free, read_bool),
    MEMBER(struct profile, terms, read_terms),
};

void row_read_profile(const struct fact *row, struct profile *profile)
{
    fact_read(row, profile_members, sizeof profile_members / sizeof profile_members[0], profile);
}

static const struct fact_member model_members[] = {
    MEMBER(struct model, id, read_text),
    MEMBER(struct model, name, read_text),
    MEMBER(struct model, aliases, read_list),
    MEMBER(struct model, cloud_ids, read_list),
    MEMBER(struct model, status, read_status),
    MEMBER(struct model, released, read_text),
    MEMBER(struct model, deprecated, read_text),
    MEMBER(struct model, retired, read_text),
    MEMBER(struct model, retires_not_before, read_text),
    MEMBER(struct model, end_of_life, read_text),
    MEMBER(struct model, context_window, read_tokens),
    MEMBER(struct model, max_output, read_tokens),
    MEMBER(struct model, max_output_batch_beta, read_tokens),
    MEMBER(struct model, max_images, read_tokens),
    MEMBER(struct model, max_pdf_pages, read_tokens),
    MEMBER(struct model, keeps_thinking, read_bool),
    MEMBER(struct model, pool, read_text),
    MEMBER(struct model, min_cacheable_tokens, read_tokens),
    { STR_INIT("image_tier"), offsetof(struct model, high_resolution_images), read_image_tier },
    { STR_INIT("price_usd_per_mtok"), offsetof(struct model, price), read_price },
    { STR_INIT("price_long_prompt"), offsetof(struct model, price_long), read_price },
    { STR_INIT("price_fast_mode"), offsetof(struct model, price_fast), read_price },
    MEMBER(struct model, sampling, read_sampling),
    MEMBER(struct model, refuses, read_list),
    MEMBER(struct model, sources, read_list),
    MEMBER(struct model, notes, read_list),
};

void row_read_model(const struct fact *row, struct model *model)
{
    const struct price unknown = { CATALOG_UNKNOWN, CATALOG_UNKNOWN, CATALOG_UNKNOWN,
                                   CATALOG_UNKNOWN, CATALOG_UNKNOWN };
    *model = (struct model){
        .context_window = CATALOG_UNKNOWN,
        .max_output = CATALOG_UNKNOWN,
        .max_output_batch_beta = CATALOG_UNKNOWN,
        .max_images = CATALOG_UNKNOWN,
        .max_pdf_pages = CATALOG_UNKNOWN,
        .min_cacheable_tokens = CATALOG_UNKNOWN,
        .keeps_thinking = true,
        .long_prompt_over =
            fact_integer(fact_get(row, "price_long_prompt"), "over_tokens", CATALOG_UNKNOWN),
        .price = unknown,
        .price_long = unknown,
        .price_fast = unknown,
    };
    fact_read(row, model_members, sizeof model_members / sizeof model_members[0], model);
}

static const struct fact_member band_members[] = {
    MEMBER(struct bands, more_than_text, read_number),
    MEMBER(struct bands, tools, read_number),
    MEMBER(struct bands, unknown_model, read_number),
};

static const struct fact *find_row(const struct fact *rows, struct str id)
{
    for (const struct fact *row = fact_first(rows); row; row = fact_next(row))
        if (str_equal(fact_text(row, "id"), id))
            return row;
    return NULL;
}

bool row_read_bands(const struct fact *rows, struct bands *bands, struct error *err)
{
    for (size_t i = 0; i < sizeof band_members / sizeof band_members[0]; i++) {
        const struct fact_member *member = &band_members[i];
        const struct fact *share = fact_get(find_row(rows, member->name), "share");
        if (!share || share->type != JSON_NUMBER || share->number < 0 || share->number >= 1)
            return error_set(err, "the catalog has no band \"%.*s\" with a share from 0 to 1",
                             STR_ARGS(member->name));
        member->read(share, (char *)bands + member->offset);
    }
    return true;
}

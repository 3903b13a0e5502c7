#include "count/offline/api_tools.h"

/* Types of the vendor's OpenAPI description (2026-08) and of the pricing page (2026-08-22). Older
 * ones were for models that are retired. */
static const struct {
    struct str type;
    enum profile_term term;
} tools[] = {
    { STR_INIT("bash_20250124"), TERM_TOOL_BASH },
    { STR_INIT("browser_toolset_20260801"), TERM_TOOL_BROWSER },
    { STR_INIT("computer_20250124"), TERM_TOOL_COMPUTER },
    { STR_INIT("computer_20251124"), TERM_TOOL_COMPUTER },
    { STR_INIT("computer_toolset_20260801"), TERM_TOOL_COMPUTERS },
    { STR_INIT("memory_20250818"), TERM_TOOL_MEMORY },
    { STR_INIT("text_editor_20250124"), TERM_TOOL_EDITOR_OTHER },
    { STR_INIT("text_editor_20250429"), TERM_TOOL_EDITOR },
    { STR_INIT("text_editor_20250728"), TERM_TOOL_EDITOR_OTHER },
};

bool api_tool_term(struct str type, enum profile_term *term)
{
    for (size_t i = 0; i < sizeof tools / sizeof tools[0]; i++)
        if (str_equal(tools[i].type, type)) {
            *term = tools[i].term;
            return true;
        }
    return false;
}

bool api_tool_is_known(const struct part *part)
{
    enum profile_term term;
    return api_tool_term(part->id, &term) && !part->is_altered;
}

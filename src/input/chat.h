#ifndef TOKGATE_INPUT_CHAT_H
#define TOKGATE_INPUT_CHAT_H

#include "input/mapped.h"
#include "json/walk.h"

/*
 * A Chat Completions body as the Messages body it stands for when it is sent to Claude: by the
 * vendor's own OpenAI-compatible endpoint (docs, api/openai-sdk, 2026-08-22), or by a gateway.
 * System and developer messages become the system prompt, tools and calls those of Claude. What
 * Claude has no word for (n, seed, logprobs, ...) is left away, as these do; what is none of Chat
 * Completions stays as it is, so that the reader of Messages bodies says what it thinks of it.
 */

/* A member of an object: its value as it stands, and its type; raw empty: there is none. */
struct chat_value {
    struct str raw;
    enum json_type type;
};

enum { CHAT_LEVELS = 6 };

struct chat {
    struct arena *arena;
    struct mapped out;
    struct json_walk walks[CHAT_LEVELS]; /* one a level of what is walked, used again and again */
};

/* Converts the body, an object of sound JSON in entry, into chat->out. model is what Claude calls
 * it, as it stands between quotes; empty: the body's own. The result is an object of JSON, unless
 * the arguments of a call nest too deep. */
void chat_convert(struct chat *chat, struct arena *arena, struct str entry, struct str body,
                  struct str model);

/* What the message of such a body that has the byte, which points into it, is called in it:
 * "messages.2"; is_part: the part of it, "messages.2.content.1" or "messages.2.tool_calls.0", as
 * far as it has some. Empty where no message is. Linear in the body. */
struct str chat_path(struct arena *arena, struct str body, const char *byte, bool is_part);

/*
 * What the parts of the conversion (chat.c, chat_messages.c, chat_tools.c) share. A level says
 * which of the walks a function may use; it uses those above, too.
 */
struct chat_member {
    struct str name;
    struct chat_value *value;
};

/* Fills in the members of an object that are there. */
void chat_members(struct chat *chat, int level, struct str object,
                  const struct chat_member *members, size_t len);

/* The elements of an array, one after the other: start with a value of the array. */
void chat_elements(struct chat *chat, int level, struct str array);
bool chat_element(struct chat *chat, int level, struct chat_value *element);

/* Adds literal text that stands for a slice of the entry. */
void chat_say(struct chat *chat, struct str cause, struct str text);

/* Adds "name": to the object that is written, after a comma where one is due. */
void chat_name(struct chat *chat, struct str cause, struct str name);

/* Adds a member with the value as it is; nothing when there is none. */
void chat_copy(struct chat *chat, struct str name, struct chat_value value);

/* Whether the value is that string. */
bool chat_is(struct chat_value value, struct str text);

/* Adds "system", where there is some, and "messages". False without a system prompt. */
bool chat_write_messages(struct chat *chat, struct chat_value messages);

void chat_write_tools(struct chat *chat, struct chat_value tools, struct chat_value functions);
void chat_write_tool_choice(struct chat *chat, struct chat_value choice,
                            struct chat_value parallel);

/* Adds a call of a tool as a block. */
void chat_write_call(struct chat *chat, int level, struct str call);

#endif

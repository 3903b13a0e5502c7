#include "count/ask_list.h"

void ask_list_add(struct ask **list, struct ask *ask)
{
    ask->next = *list;
    *list = ask;
}

void ask_list_remove(struct ask **list, struct ask *ask)
{
    while (*list != ask)
        list = &(*list)->next;
    *list = ask->next;
    ask->next = NULL;
}

struct ask *ask_list_soonest(struct ask *list)
{
    struct ask *first = NULL;
    for (struct ask *ask = list; ask; ask = ask->next)
        if (!first || ask->ready_at_ms < first->ready_at_ms)
            first = ask;
    return first;
}

void ask_queue_put(struct ask_queue *queue, struct ask *ask)
{
    *(queue->first ? &queue->last->next : &queue->first) = ask;
    queue->last = ask;
    queue->len++;
}

void ask_queue_take(struct ask_queue *queue)
{
    struct ask *ask = queue->first;
    queue->first = ask->next;
    queue->len--;
    ask->next = NULL;
}

#ifndef TOKGATE_REPORT_AXIS_H
#define TOKGATE_REPORT_AXIS_H

#include "base/str.h"

/* Where an axis from 0 on has its ticks: at the multiples of a round step. */

/* 1, 2 or 5 times a power of ten, at least least: about ticks of them are in the length, never
 * more than twice as many. Of a length of 0 it is least. */
double axis_step(double length, int ticks, double least);

/* How many ticks there are from 0 to the length, both counted. */
int axis_ticks(double length, double step);

/* A step of seconds: also quarters of a minute, hours, days. */
double axis_time_step(double seconds, int ticks);

/* "0", "20 ms", "15 s", "10 min", "3 h", "2 d": a tick of an axis with that step. */
struct str axis_time_label(struct arena *arena, double seconds, double step);

#endif

#ifndef TOKGATE_BASE_WIDE_H
#define TOKGATE_BASE_WIDE_H

#include <stdbool.h>

/*
 * Whether this processor can run what is compiled in *_wide.c: the Makefile compiles these files
 * for AVX2, BMI and POPCNT where the compiler can, so that no other code has such instructions.
 *
 * The compiler's own question would ask the processor a dozen times at every start, which is slow
 * in a virtual machine; glibc has asked already.
 */
#if defined(__x86_64__) && defined(__has_include) && !defined(__cppcheck__) /* it fails on that */
#if __has_include(<sys/platform/x86.h>)
#include <sys/platform/x86.h>
#endif
#endif
#if defined(CPU_FEATURE_ACTIVE)
#define WIDE_CAN_RUN                                                                               \
    (CPU_FEATURE_ACTIVE(AVX2) && CPU_FEATURE_ACTIVE(BMI1) && CPU_FEATURE_ACTIVE(BMI2) &&           \
     CPU_FEATURE_ACTIVE(POPCNT))
#elif defined(__x86_64__) && defined(__GNUC__)
#define WIDE_CAN_RUN                                                                               \
    (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&                            \
     __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("popcnt"))
#else
#define WIDE_CAN_RUN false
#endif

#endif

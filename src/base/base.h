// SPDX-License-Identifier: Apache-2.0
// What every file may assume: fixed-width types, the cleanup macros, and the banned list.
#pragma once

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/banned.h"

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

// The struct of type `type` whose member `member` is at `ptr`.
#define CONTAINER_OF(ptr, type, member) ((type *)((char *)(ptr)-offsetof(type, member)))

#define PRINTF_LIKE(fmt_index, first_arg) __attribute__((format(printf, fmt_index, first_arg)))
#define MUST_CHECK                        __attribute__((warn_unused_result))
#ifdef __clang__ // on a type: each function that returns it must be checked
#define MUST_CHECK_TYPE __attribute__((warn_unused_result))
#else
#define MUST_CHECK_TYPE [[nodiscard]]
#endif
#define NO_RETURN __attribute__((noreturn))

// AUTO(x_free) struct x *x = NULL;  calls x_free(x) at the end of the block. Closers accept
// NULL.
#define AUTO(closer) __attribute__((cleanup(closer##_auto_)))
#define AUTO_DEFINE(type, closer)                                                              \
    static inline void closer##_auto_(type *value)                                             \
    {                                                                                          \
        closer(*value);                                                                        \
    }

// The value of a pointer variable, which is NULL afterwards: hands ownership on.
#define TAKE(ptr)                                                                              \
    ({                                                                                         \
        __typeof__(ptr) taken_ = (ptr);                                                        \
        (ptr) = NULL;                                                                          \
        taken_;                                                                                \
    })

#undef MIN // sys/param.h, which libuv brings along, has them too
#undef MAX
#define MIN(a, b)                                                                              \
    ({                                                                                         \
        __typeof__(a) min_a_ = (a);                                                            \
        __typeof__(b) min_b_ = (b);                                                            \
        min_a_ < min_b_ ? min_a_ : min_b_;                                                     \
    })

#define MAX(a, b)                                                                              \
    ({                                                                                         \
        __typeof__(a) max_a_ = (a);                                                            \
        __typeof__(b) max_b_ = (b);                                                            \
        max_a_ > max_b_ ? max_a_ : max_b_;                                                     \
    })

/* Why something could not be done, as text. Every failure has a name; each ends in "discard this process". */
#ifndef TACH_ERROR_H
#define TACH_ERROR_H

#include <stddef.h>

#define TACH_REASON_BYTES 160

typedef struct tach_reason {
    char text[TACH_REASON_BYTES];
} tach_reason_t;

#define tach_must_check __attribute__((warn_unused_result))

/* Sets "what: errno <n>" (without ": errno" for 0) and returns -1. Allocates nothing, touches no libc data. */
int tach_fail(tach_reason_t *reason, const char *what, long negative_errno);

/* Appends a number in decimal. */
void tach_append_number(char *to, size_t bytes, unsigned long number);

/* Copies as much of a text as fits, with its end. */
void tach_text(char *to, size_t bytes, const char *text);

#endif

#include "tach_error.h"

void tach_text(char *to, size_t bytes, const char *text) {
    size_t i = 0;
    for (; text[i] != '\0' && i + 1 < bytes; i++) {
        to[i] = text[i];
    }
    to[i] = '\0';
}

static size_t length_of(const char *text) {
    size_t length = 0;
    while (text[length] != '\0') {
        length++;
    }
    return length;
}

void tach_append_number(char *to, size_t bytes, unsigned long number) {
    char digits[24];
    size_t at = sizeof digits;
    digits[--at] = '\0';
    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number != 0);
    size_t length = length_of(to);
    tach_text(to + length, bytes - length, digits + at);
}

int tach_fail(tach_reason_t *reason, const char *what, long negative_errno) {
    tach_text(reason->text, sizeof reason->text, what);
    if (negative_errno < 0) {
        size_t length = length_of(reason->text);
        tach_text(reason->text + length, sizeof reason->text - length, ": errno ");
        tach_append_number(reason->text, sizeof reason->text, (unsigned long)-negative_errno);
    }
    return -1;
}

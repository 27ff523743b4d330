/* Texts without stdio: reasons, paths, numbers of /proc. */
#include <fcntl.h>
#include <string.h>

#include "tach_ledger_state.h"

void tach_say_start(tach_say_t *say, char *text, size_t bytes) {
    say->text = text;
    say->bytes = bytes;
    say->used = 0;
    if (bytes > 0) {
        text[0] = '\0';
    }
}

void tach_say_text(tach_say_t *say, const char *text) {
    while (*text != '\0' && say->used + 1 < say->bytes) {
        say->text[say->used++] = *text++;
    }
    if (say->bytes > 0) {
        say->text[say->used] = '\0';
    }
}

static char *digits_of(char digits[24], unsigned long number) {
    char *at = digits + 23;
    *at = '\0';
    do {
        *--at = (char)('0' + number % 10);
        number /= 10;
    } while (number != 0);
    return at;
}

void tach_say_number(tach_say_t *say, long number) {
    char digits[24];
    if (number < 0) {
        tach_say_text(say, "-");
    }
    tach_say_text(say, digits_of(digits, number < 0 ? 0ul - (unsigned long)number : (unsigned long)number));
}

void tach_say_named(tach_say_t *say, const char *what, const char *name) {
    tach_say_text(say, what);
    tach_say_text(say, " '");
    tach_say_text(say, name);
    tach_say_text(say, "'");
}

int tach_say_discard(tach_say_t *say, const char *text) {
    tach_say_start(say, say->text, say->bytes);
    tach_say_text(say, text);
    return TACH_LEDGER_DISCARD;
}

int tach_say_fd(tach_say_t *say, int fd, const char *what) {
    tach_say_discard(say, "fd ");
    tach_say_number(say, fd);
    tach_say_text(say, " ");
    tach_say_text(say, what);
    return TACH_LEDGER_DISCARD;
}

long tach_parse(const char **text, int base) {
    const char *at = *text;
    while (*at == ' ' || *at == '\t') {
        at++;
    }
    bool negative = *at == '-';
    at += negative;
    long number = 0;
    while (*at >= '0' && *at < '0' + base) {
        number = number * base + (*at++ - '0');
    }
    *text = at;
    return negative ? -number : number;
}

/* Eight bytes a step: it runs over each descriptor's fdinfo after each test. Not for hostile input; a collision
 * would need a test that aims at it. */
uint64_t tach_hash(const char *text, size_t bytes) {
    uint64_t hash = 0x9e3779b97f4a7c15ull ^ bytes;
    for (; bytes >= 8; bytes -= 8, text += 8) {
        uint64_t word;
        __builtin_memcpy(&word, text, 8); /* one instruction, also where memcpy must stay a call */
        hash = (hash ^ word) * 0xff51afd7ed558ccdull;
        hash ^= hash >> 32;
    }
    uint64_t last = 0;
    memcpy(&last, text, bytes);
    hash = (hash ^ last) * 0xff51afd7ed558ccdull;
    return hash ^ (hash >> 29);
}

char *tach_path(char *to, const char *before, long number, const char *after) {
    tach_say_t path;
    tach_say_start(&path, to, 64);
    tach_say_text(&path, before);
    tach_say_number(&path, number);
    tach_say_text(&path, after);
    return to;
}

void tach_comm_of(const char *directory, long id, char name[16]) {
    char path[64];
    memcpy(name, "?", 2);
    long fd = tach_sys4(SYS_openat, AT_FDCWD, tach_path(path, directory, id, "/comm"), O_RDONLY | O_CLOEXEC, 0);
    if (fd < 0) {
        return;
    }
    long bytes = tach_sys3(SYS_read, fd, name, 15);
    tach_sys1(SYS_close, fd);
    name[bytes > 0 ? bytes - (name[bytes - 1] == '\n') : 0] = '\0';
}

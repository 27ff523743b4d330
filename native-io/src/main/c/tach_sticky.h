/* Which pages are not worth protecting again.
 *
 *                    dirty twice in a row
 *       +---------+ ----------------------> +--------+
 *   --> | watched |                         | sticky |  put back after every test, whether it was written or not
 *       +---------+ <---------------------- +--------+
 *                    unchanged at 1, 2, 4... looks in a row
 *
 * A write to a protected page costs a fault, 0.7 us. To put a page back costs a tenth of that if it was just written, but
 * more than the fault if it has to come from memory: so pages that every test writes are sticky, and others shall not be.
 * That a sticky page was written cannot be seen, only, every now and then, that it has changed; and many have not: a
 * reference is taken and given back. So one that has kept still is watched again, and if the very next test writes it, it
 * stays sticky for twice as long.
 */
#ifndef TACH_STICKY_H
#define TACH_STICKY_H

#include <stdbool.h>
#include <stdint.h>

typedef struct tach_sticky {
    uint8_t seen; /* watched: the rewind, modulo 256, when it was last found dirty or was let go */
    uint8_t calm; /* sticky: looks in a row that found it unchanged; watched: 1 if it was let go, not found dirty */
    uint8_t patience;
    bool is_sticky;
} tach_sticky_t;

/* Every so many rewinds sticky pages are looked at: to compare takes longer than to copy. */
#define TACH_LOOK_EVERY 8u

/* A watched page was found dirty at a rewind, or a sticky page was looked at. Returns whether it is to be protected again.
 * rewind: their number, modulo 256. has_changed: a sticky page differs from what it was. */
bool tach_sticky_note(tach_sticky_t *sticky, uint8_t rewind, bool has_changed);

#endif

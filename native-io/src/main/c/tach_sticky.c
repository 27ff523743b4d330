#include "tach_sticky.h"

#define PATIENCE_MOST 5 /* 32 looks */

/* Whether it stays watched. */
static bool note_dirty(tach_sticky_t *sticky, uint8_t rewind) {
    bool again = (uint8_t)(rewind - sticky->seen) == 1;
    uint8_t patience = (uint8_t)(sticky->patience + sticky->calm);
    sticky->patience = !again ? 0 : patience < PATIENCE_MOST ? patience : PATIENCE_MOST;
    sticky->is_sticky = again;
    sticky->calm = 0;
    sticky->seen = rewind;
    return !again;
}

/* Whether it is let go. */
static bool note_sticky(tach_sticky_t *sticky, uint8_t rewind, bool has_changed) {
    sticky->calm = has_changed ? 0 : (uint8_t)(sticky->calm + 1);
    if (sticky->calm < 1u << sticky->patience) {
        return false;
    }
    *sticky = (tach_sticky_t){.seen = rewind, .calm = 1, .patience = sticky->patience};
    return true;
}

bool tach_sticky_note(tach_sticky_t *sticky, uint8_t rewind, bool has_changed) {
    return sticky->is_sticky ? note_sticky(sticky, rewind, has_changed) : note_dirty(sticky, rewind);
}

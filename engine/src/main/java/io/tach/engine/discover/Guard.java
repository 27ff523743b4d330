package io.tach.engine.discover;

/**
 * The condition under which a statement is reached once its surroundings run. Of nested conditions the one that says most
 * counts, in the order of these constants from last to first.
 */
public enum Guard {
    /** No condition ({@code with} and {@code finally} are none). */
    NONE,
    /** In a branch, a loop, a {@code try} or a {@code case}: it may be reached or not. */
    CONDITION,
    /** Below {@code if __name__ == "__main__"}: not when it is imported. */
    MAIN,
    /** Below {@code if TYPE_CHECKING}: never. */
    TYPE_CHECKING;

    /** This condition within another one. */
    public Guard within(Guard outer) {
        return compareTo(outer) >= 0 ? this : outer;
    }

    /** True if an import of the module may get here. */
    public boolean isReachable() {
        return this == NONE || this == CONDITION;
    }
}

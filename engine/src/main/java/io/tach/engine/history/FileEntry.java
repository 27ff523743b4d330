package io.tach.engine.history;

/**
 * What is remembered of a test file.
 *
 * @param seenS when it was last run, in seconds since 1970
 * @param setupUs what its first test takes longer to set up than the others, in microseconds: fixtures of the module and
 *     wider ones
 */
record FileEntry(long seenS, long setupUs) {

    FileEntry then(FileEntry later) {
        return new FileEntry(later.seenS, (setupUs + later.setupUs + 1) / 2);
    }

    FileEntry or(FileEntry other) {
        return other.seenS > seenS ? other : this;
    }
}

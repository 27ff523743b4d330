package io.tach.engine.scan;

import io.tach.engine.discover.Outline;

/**
 * Reads outlines, one file after the other. It keeps names between files, so that one scanner for many files is faster
 * than many; it is not safe for use by several threads at once.
 */
public final class OutlineScanner {
    private final Line line = new Line(new Names());

    /**
     * Reads the outline of a Python file (3.10 to 3.14; older text mostly reads the same).
     *
     * @param file the bytes of the file, in whatever encoding it declares; not changed
     * @return the outline, with an error for each place that is no Python. Never fails: of garbage it is an outline in
     *     which there is little
     */
    public Outline scan(byte[] file) {
        return scan(file, file.length);
    }

    /**
     * As {@link #scan(byte[])}, for a file in a larger array.
     *
     * @param length of the file, at the array's beginning; if a zero follows it there, nothing is copied
     */
    public Outline scan(byte[] file, int length) {
        Errors errors = new Errors();
        SourceText text = SourceText.of(file, length, errors);
        line.of(text);
        OutlineBuilder out = new OutlineBuilder();
        new StatementReader(line, out, errors).readAll(new LineReader(text, errors));
        return out.build(errors);
    }
}

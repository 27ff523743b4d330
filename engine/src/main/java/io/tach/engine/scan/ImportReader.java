package io.tach.engine.scan;

import io.tach.engine.discover.Import;
import io.tach.engine.discover.Import.ImportedName;
import java.util.ArrayList;
import java.util.List;

/** Reads {@code import} and {@code from} statements. */
final class ImportReader {
    private final Line line;
    private final Tokens tokens;
    private final OutlineBuilder out;

    ImportReader(Line line, OutlineBuilder out) {
        this.line = line;
        this.tokens = line.tokens;
        this.out = out;
    }

    /** Reads {@code import a.b, c as d}; what is not understood is left out. */
    void readImport(int from, int to, Block block) {
        int at = from + 1;
        while (at < to) {
            int end = line.nameEnd(at, to);
            if (end > at) {
                String module = line.dotted(at, end);
                String alias = alias(end, to);
                List<ImportedName> names = alias == null ? List.of() : List.of(new ImportedName(module, alias));
                add(Import.Kind.MODULE, 0, module, names, block, tokens.line[from]);
            }
            at = tokens.find(',', at, to) + 1;
        }
    }

    /** Reads {@code from ..a import b as c, d}. */
    void readFrom(int from, int to, Block block) {
        int level = 0;
        int at = from + 1;
        for (; at < to && (tokens.kind[at] == '.' || tokens.kind[at] == Token.ELLIPSIS); at++) {
            level += tokens.kind[at] == '.' ? 1 : 3;
        }
        int end = line.nameEnd(at, to);
        if (tokens.kindAt(end, to) == Keyword.IMPORT && (level > 0 || end > at)) {
            String module = end > at ? line.dotted(at, end) : "";
            add(Import.Kind.FROM, level, module, names(end + 1, to), block, tokens.line[from]);
        }
    }

    private List<ImportedName> names(int from, int to) {
        if (tokens.kindAt(from, to) == '*') {
            return List.of(new ImportedName("*", "*"));
        }
        boolean inParentheses = tokens.kindAt(from, to) == '(';
        List<ImportedName> names = new ArrayList<>();
        int at = inParentheses ? from + 1 : from;
        while (at < to) {
            if (tokens.kind[at] == Token.NAME) {
                String name = line.name(at);
                String alias = alias(at + 1, to);
                names.add(new ImportedName(name, alias == null ? name : alias));
            }
            at = tokens.find(',', at, to) + 1;
        }
        return names;
    }

    /** The name behind {@code as}, {@code null} if there is none. */
    private String alias(int at, int to) {
        boolean given = tokens.kindAt(at, to) == Keyword.AS && tokens.kindAt(at + 1, to) == Token.NAME;
        return given ? line.name(at + 1) : null;
    }

    private void add(Import.Kind kind, int level, String module, List<ImportedName> names, Block block, int atLine) {
        out.imports.add(new Import(kind, level, module, names, block.definition, block.guard, atLine));
    }
}

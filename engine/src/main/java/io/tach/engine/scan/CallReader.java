package io.tach.engine.scan;

import io.tach.engine.discover.CallSite;
import io.tach.engine.discover.Guard;
import io.tach.engine.discover.Import;
import java.util.List;

/** Finds the calls in a range of tokens. */
final class CallReader {
    private final Line line;
    private final Tokens tokens;
    private final OutlineBuilder out;

    CallReader(Line line, OutlineBuilder out) {
        this.line = line;
        this.tokens = line.tokens;
        this.out = out;
    }

    /** Notes the calls in a range; one whose callee begins before {@code from} is none. */
    void read(int from, int to, Block block, Guard guard) {
        int[] kind = tokens.kind;
        for (int i = from + 1; i < to; i++) {
            if (kind[i] == '(' && kind[i - 1] == Token.NAME) {
                call(i, from, to, block, guard);
            }
        }
    }

    private void call(int parenthesis, int from, int to, Block block, Guard guard) {
        int first = parenthesis - 1;
        while (first - 2 >= from && tokens.kind[first - 1] == '.' && tokens.kind[first - 2] == Token.NAME) {
            first -= 2;
        }
        if (first > from && tokens.kind[first - 1] == '.') {
            return; // a method of something that has no name
        }
        String name = line.dotted(first, parenthesis);
        out.calls.add(new CallSite(name, block.definition, guard, tokens.line[first]));
        if (imports(parenthesis - 1) && tokens.kindAt(parenthesis + 1, to) == Token.STRING) {
            dynamicImport(parenthesis + 1, tokens.line[first], block, guard);
        }
    }

    private boolean imports(int token) {
        return line.is(token, "import_module") || line.is(token, "importorskip") || line.is(token, "__import__");
    }

    private void dynamicImport(int literal, int atLine, Block block, Guard guard) {
        int behind = tokens.kind[literal + 1];
        if (literal + 1 >= tokens.count || (behind != ',' && behind != ')')) {
            return;
        }
        StringReader reader = new StringReader(line.bytes());
        String module = reader.read(tokens.start[literal], tokens.end[literal]);
        if (module == null || reader.isBytes()) {
            return;
        }
        int level = 0;
        while (level < module.length() && module.charAt(level) == '.') {
            level++;
        }
        String name = module.substring(level);
        out.imports.add(new Import(Import.Kind.DYNAMIC, level, name, List.of(), block.definition, guard, atLine));
    }
}

package io.tach.engine.scan;

import io.tach.engine.discover.Guard;
import io.tach.engine.discover.Outline;
import java.util.ArrayList;
import java.util.List;

/** The blocks around the statement that is being read, the module first. */
final class Blocks {
    private final List<Block> stack = new ArrayList<>();
    private final Errors errors;
    private Block announced;

    Blocks(Errors errors) {
        this.errors = errors;
        stack.add(new Block(Outline.MODULE, false, Guard.NONE, false));
    }

    /** The innermost block. */
    Block current() {
        return stack.get(stack.size() - 1);
    }

    /** The next line should begin this block. */
    void announce(Block block) {
        announced = block;
    }

    /** Enters a block whose statements stand behind its colon. */
    void enter(Block block) {
        block.indent = Integer.MAX_VALUE;
        stack.add(block);
    }

    /** Leaves what {@link #enter} entered. */
    void leave() {
        stack.remove(stack.size() - 1);
    }

    /** Finds the block of a line by its indentation. */
    void arrive(int indent, int alternativeIndent, int line) {
        Block top = current();
        if (indent > top.indent) {
            if (announced == null) {
                errors.add(line, indent + 1, "unexpected indent");
                announced = new Block(top.definition, top.inFunction, top.guard, top.ofCases);
            } else if (alternativeIndent <= top.alternativeIndent) {
                inconsistent(indent, line);
            }
            announced.indent = indent;
            announced.alternativeIndent = alternativeIndent;
            stack.add(announced);
            announced = null;
            return;
        }
        if (announced != null) {
            errors.add(line, indent + 1, "expected an indented block");
            announced = null;
        }
        dedent(indent, alternativeIndent, line);
    }

    private void dedent(int indent, int alternativeIndent, int line) {
        while (stack.size() > 1 && current().indent > indent) {
            stack.remove(stack.size() - 1);
        }
        if (current().indent != indent) {
            errors.add(line, indent + 1, "unindent does not match any outer indentation level");
        } else if (current().alternativeIndent != alternativeIndent) {
            inconsistent(indent, line);
        }
    }

    private void inconsistent(int indent, int line) {
        errors.add(line, indent + 1, "inconsistent use of tabs and spaces");
    }

    /** The file ends. */
    void finish(int line) {
        if (announced != null) {
            errors.add(line, 1, "expected an indented block");
        }
    }
}

package io.tach.engine.toxicity;

import io.tach.engine.discover.Assignment;
import io.tach.engine.discover.Definition;
import io.tach.engine.discover.Expression;
import io.tach.engine.discover.ModuleOutline;
import io.tach.engine.discover.Outline;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The marks of a test: its own, its classes', its file's. */
final class Marks {
    /** {@code @pytest.mark.tach_toxic}, {@code ...("why")}, {@code ...(False)}. */
    static final String TOXIC = "tach_toxic";

    /** However pytest is imported. */
    private static final String PREFIX = "mark.";

    private Marks() {}

    /**
     * A mark.
     *
     * @param name behind {@code pytest.mark.}
     * @param arguments of its call; none without one
     * @param line where it stands
     */
    record Mark(String name, List<Expression.Argument> arguments, int line) {
        /** Its positional arguments that are texts. */
        List<String> texts() {
            return arguments.stream()
                    .filter(a -> a.keyword().isEmpty())
                    .flatMap(a -> FixtureTable.texts(a.value()).stream())
                    .toList();
        }

        /** False only for {@code mark(False)}. */
        boolean isMeant() {
            return arguments.stream().noneMatch(a -> a.value() instanceof Expression.Truth t && !t.value());
        }
    }

    /** All marks of a function or class, nearest first. */
    static List<Mark> of(ModuleOutline file, int definition) {
        List<Mark> marks = new ArrayList<>();
        for (int i = definition;
                i != Outline.MODULE;
                i = file.definitions().get(i).parent()) {
            Definition at = file.definitions().get(i);
            at.decorators().forEach(d -> mark(d.expression(), d.line()).ifPresent(marks::add));
            assigned(file, i, marks);
        }
        assigned(file, Outline.MODULE, marks);
        return marks;
    }

    private static void assigned(ModuleOutline file, int enclosing, List<Mark> marks) {
        for (Assignment assignment : file.assignments()) {
            if (assignment.enclosing() == enclosing && assignment.name().equals("pytestmark")) {
                elements(assignment.value())
                        .forEach(e -> mark(e, assignment.line()).ifPresent(marks::add));
            }
        }
    }

    private static List<Expression> elements(Expression value) {
        return value instanceof Expression.Sequence many ? many.elements() : List.of(value);
    }

    private static Optional<Mark> mark(Expression expression, int line) {
        String name = expression.calledName();
        int start = name.startsWith(PREFIX) ? 0 : name.indexOf("." + PREFIX) + 1;
        if (!name.startsWith(PREFIX, start)) {
            return Optional.empty();
        }
        List<Expression.Argument> arguments = expression instanceof Expression.Call call ? call.arguments() : List.of();
        return Optional.of(new Mark(name.substring(start + PREFIX.length()), arguments, line));
    }
}

package io.tach.engine.collect;

import io.tach.engine.collect.Values.Value;
import io.tach.engine.discover.Expression;
import io.tach.engine.discover.ModuleOutline;
import io.tach.engine.model.CaseIds;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The ids of the parameter sets of one {@code parametrize} or of one fixture's {@code params}. */
final class ParameterSets {
    private static final CaseIds COMPUTED = CaseIds.unknown("its parameters are computed");
    private static final CaseIds NAMED_BY_CODE = CaseIds.unknown("the ids of its parameters are computed");

    /**
     * What {@code parametrize} says.
     *
     * @param names of the parameters, {@code null} if they are not known
     * @param ids of the sets
     * @param marks names of the marks on single sets, {@code ?} for one that is not known
     */
    record Parametrization(List<String> names, CaseIds ids, Set<String> marks) {
        static final Parametrization UNKNOWN = new Parametrization(null, COMPUTED, Set.of("?"));
    }

    private final Values values;
    private final IdMaker idMaker;

    ParameterSets(Values values, IdMaker idMaker) {
        this.values = values;
        this.idMaker = idMaker;
    }

    /** Reads a {@code parametrize} mark. */
    Parametrization of(Marks.Mark mark) {
        if (mark.call() == null || hasUnpacking(mark.call())) {
            return Parametrization.UNKNOWN;
        }
        Expression names = argument(mark.call(), 0, "argnames");
        Expression sets = argument(mark.call(), 1, "argvalues");
        Expression ids = argument(mark.call(), 3, "ids");
        if (names == null || sets == null) {
            return Parametrization.UNKNOWN;
        }
        Value written = values.of(mark.module(), names);
        List<String> all = names(written);
        if (all == null || all.isEmpty()) {
            return Parametrization.UNKNOWN;
        }
        boolean single = all.size() == 1
                && written.expression() instanceof Expression.Text text
                && !text.value().stripTrailing().endsWith(",");
        return new Parametrization(all, ids(mark.module(), all, single, sets, ids), marks(mark.module(), sets));
    }

    private Set<String> marks(ModuleOutline module, Expression sets) {
        List<Value> elements = values.elements(values.of(module, sets));
        Set<String> names = new HashSet<>();
        for (Value element : elements == null ? List.<Value>of() : elements) {
            Value set = values.of(element.module(), element.expression());
            if (set.expression() instanceof Expression.Call call && call.keyword("marks") != null) {
                Value marks = values.of(set.module(), call.keyword("marks"));
                List<Value> several = values.elements(marks);
                for (Value one : several == null ? List.of(marks) : several) {
                    String name =
                            values.canonical(one.module(), one.expression().calledName());
                    names.add(name.startsWith("pytest.mark.") ? name.substring("pytest.mark.".length()) : "?");
                }
            }
        }
        return names;
    }

    /** Reads the parameters of a fixture. */
    CaseIds ofFixture(ModuleOutline module, String name, Expression params, Expression ids) {
        return ids(module, List.of(name), true, params, ids);
    }

    private static boolean hasUnpacking(Expression.Call call) {
        return call.arguments().stream().anyMatch(argument -> argument.keyword().startsWith("*"));
    }

    private static Expression argument(Expression.Call call, int position, String keyword) {
        Expression named = call.keyword(keyword);
        if (named != null) {
            return named;
        }
        boolean given = position < call.arguments().size()
                && call.arguments().get(position).keyword().isEmpty();
        return given ? call.arguments().get(position).value() : null;
    }

    private List<String> names(Value written) {
        if (written.expression() instanceof Expression.Text text) {
            List<String> names = new ArrayList<>(List.of(text.value().split(",")));
            names.replaceAll(String::strip);
            names.removeIf(String::isEmpty);
            return names;
        }
        List<Value> elements = values.elements(written);
        List<String> names = new ArrayList<>();
        for (Value element : elements == null ? List.<Value>of() : elements) {
            if (!(values.of(element.module(), element.expression()).expression() instanceof Expression.Text text)) {
                return null;
            }
            names.add(text.value());
        }
        return names;
    }

    private CaseIds ids(ModuleOutline module, List<String> names, boolean single, Expression sets, Expression ids) {
        List<Value> elements = values.elements(values.of(module, sets));
        if (elements == null) {
            return COMPUTED;
        }
        if (elements.isEmpty()) {
            return CaseIds.unknown("it has no parameters, which pytest names differently from version to version");
        }
        Given given = given(module, ids);
        if (given == null) {
            return NAMED_BY_CODE;
        }
        List<String> resolved = new ArrayList<>(elements.size());
        for (int i = 0; i < elements.size(); i++) {
            String id = id(elements.get(i), names, single, given, i);
            if (id == null) {
                return COMPUTED;
            }
            resolved.add(id);
        }
        return unique(resolved);
    }

    /**
     * The {@code ids} argument.
     *
     * @param texts an id for each set, {@code null} among them where pytest is to make one; empty if it is to make all
     * @param byText true for {@code ids=str}
     */
    private record Given(List<String> texts, boolean byText) {}

    private Given given(ModuleOutline module, Expression ids) {
        if (ids == null || ids == Expression.None.INSTANCE) {
            return new Given(List.of(), false);
        }
        Value value = values.of(module, ids);
        if (value.expression() instanceof Expression.Name name) {
            boolean isStr = values.canonical(value.module(), name.dotted()).equals("builtins.str");
            return isStr ? new Given(List.of(), true) : null;
        }
        List<Value> elements = values.elements(value);
        if (elements == null) {
            return null;
        }
        List<String> texts = new ArrayList<>();
        for (Value element : elements) {
            Value followed = values.of(element.module(), element.expression());
            if (followed.expression() == Expression.None.INSTANCE) {
                texts.add(null);
            } else {
                String id = explicit(followed.expression());
                if (id == null) {
                    return null;
                }
                texts.add(id);
            }
        }
        return new Given(texts, false);
    }

    /** An id that the suite itself gives, however long. */
    private static String explicit(Expression e) {
        return e instanceof Expression.Text text ? PythonText.escaped(text.value()) : IdMaker.literal(e);
    }

    private String id(Value written, List<String> names, boolean single, Given given, int index) {
        Value set = values.of(written.module(), written.expression());
        List<Value> parts;
        if (set.expression() instanceof Expression.Call call
                && values.canonical(set.module(), call.name()).equals("pytest.param")) {
            Expression own = call.keyword("id");
            if (own != null && own != Expression.None.INSTANCE) {
                return explicit(values.of(set.module(), own).expression());
            }
            parts = hasUnpacking(call) ? null : positional(set.module(), call);
        } else {
            parts = single ? List.of(set) : values.elements(set);
        }
        if (index < given.texts().size() && given.texts().get(index) != null) {
            return given.texts().get(index);
        }
        return parts == null || parts.size() != names.size() ? null : joined(parts, names, given.byText(), index);
    }

    private static List<Value> positional(ModuleOutline module, Expression.Call call) {
        return call.arguments().stream()
                .filter(argument -> argument.keyword().isEmpty())
                .map(argument -> new Value(module, argument.value()))
                .toList();
    }

    private String joined(List<Value> parts, List<String> names, boolean byText, int index) {
        StringBuilder id = new StringBuilder();
        for (int i = 0; i < parts.size(); i++) {
            Value part = values.of(parts.get(i).module(), parts.get(i).expression());
            String fallback = names.get(i) + index;
            String one = byText ? IdMaker.literal(part.expression()) : idMaker.idOf(part, fallback);
            if (one == null) {
                return null;
            }
            id.append(i > 0 ? "-" : "").append(one);
        }
        return id.toString();
    }

    /** Ids that occur more than once are numbered; behind a digit, pytest versions differ in how. */
    private static CaseIds unique(List<String> ids) {
        Map<String, Integer> counts = new HashMap<>();
        ids.forEach(id -> counts.merge(id, 1, Integer::sum));
        if (counts.size() == ids.size()) {
            return CaseIds.of(ids);
        }
        Set<String> taken = new HashSet<>(ids);
        Map<String, Integer> next = new HashMap<>();
        List<String> unique = new ArrayList<>(ids.size());
        for (String id : ids) {
            if (counts.get(id) == 1) {
                unique.add(id);
                continue;
            }
            if (!id.isEmpty() && Character.isDigit(id.charAt(id.length() - 1))) {
                return CaseIds.unknown(
                        "two of its parameters have the same id, and pytest versions number them differently");
            }
            int number = next.getOrDefault(id, 0);
            while (taken.contains(id + number)) {
                number++;
            }
            unique.add(id + number);
            taken.add(id + number);
            next.put(id, number + 1);
        }
        return CaseIds.of(unique);
    }
}

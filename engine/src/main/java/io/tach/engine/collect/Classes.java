package io.tach.engine.collect;

import io.tach.engine.discover.Definition;
import io.tach.engine.discover.ModuleOutline;
import io.tach.engine.symbols.Symbol;
import io.tach.engine.symbols.Symbols;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What classes inherit from. */
final class Classes {
    /** Bases from elsewhere that add no tests and no {@code __init__}. */
    static final Set<String> HARMLESS = Set.of(
            "builtins.object",
            "abc.ABC",
            "typing.Generic",
            "typing.Protocol",
            "typing_extensions.Protocol",
            "typing.NamedTuple");

    private static final int MAX_DEPTH = 50;

    /** A class of the project. */
    record Known(ModuleOutline module, int index) {
        Definition definition() {
            return module.definitions().get(index);
        }
    }

    /**
     * A class with all it inherits from.
     *
     * @param order the classes of the project in method resolution order, itself first
     * @param foreign absolute names of bases outside of the project; {@code ?} for one that nobody knows
     */
    record Ancestry(List<Known> order, Set<String> foreign) {}

    private final Symbols symbols;
    private final IdentityHashMap<ModuleOutline, Map<Integer, Ancestry>> found = new IdentityHashMap<>();

    Classes(Symbols symbols) {
        this.symbols = symbols;
    }

    Ancestry ancestry(ModuleOutline module, int index) {
        return found.computeIfAbsent(module, any -> new HashMap<>()).computeIfAbsent(index, i -> find(module, i));
    }

    private Ancestry find(ModuleOutline module, int index) {
        Set<String> foreign = new LinkedHashSet<>();
        List<Known> order = linearize(new Known(module, index), foreign, 0);
        return new Ancestry(order, foreign);
    }

    /** Python's C3; where the bases cannot be ordered that way (Python would refuse the class), in plain depth first. */
    private List<Known> linearize(Known start, Set<String> foreign, int depth) {
        List<List<Known>> lists = new ArrayList<>();
        List<Known> direct = new ArrayList<>();
        if (depth < MAX_DEPTH) {
            for (String base : start.definition().bases()) {
                Known known = known(start.module(), base, foreign);
                if (known != null && !known.equals(start)) {
                    direct.add(known);
                    lists.add(new ArrayList<>(linearize(known, foreign, depth + 1)));
                }
            }
        }
        lists.add(direct);
        List<Known> order = new ArrayList<>(List.of(start));
        merge(lists, order);
        return order;
    }

    private static void merge(List<List<Known>> lists, List<Known> order) {
        lists.removeIf(List::isEmpty);
        while (!lists.isEmpty()) {
            Known next = lists.get(0).get(0);
            for (List<Known> list : lists) {
                Known head = list.get(0);
                if (lists.stream().noneMatch(other -> other.lastIndexOf(head) > 0)) {
                    next = head;
                    break;
                }
            }
            Known taken = next;
            order.add(taken);
            lists.forEach(list -> list.removeIf(taken::equals));
            lists.removeIf(List::isEmpty);
        }
    }

    private Known known(ModuleOutline module, String base, Set<String> foreign) {
        Symbol symbol = base.isEmpty() ? Symbol.Unknown.INSTANCE : symbols.resolve(module, base);
        if (symbol instanceof Symbol.Defined defined && !defined.definition().isFunction()) {
            return new Known(defined.module(), defined.index());
        }
        foreign.add(symbol instanceof Symbol.External external ? external.dotted() : "?");
        return null;
    }

    /** The names that an {@code @abstractmethod} leaves to be implemented; an instance cannot be made while there is one. */
    boolean isAbstract(Ancestry ancestry) {
        Set<String> seen = new HashSet<>();
        for (Known known : ancestry.order()) {
            for (Definition member : known.module().definitions()) {
                if (member.parent() == known.index()
                        && seen.add(member.name())
                        && member.decorators().stream().anyMatch(d -> isAbstractMark(known.module(), d.name()))) {
                    return true;
                }
            }
            symbols.bindings(known.module(), known.index()).all().forEach(binding -> seen.add(binding.name()));
        }
        return false;
    }

    private boolean isAbstractMark(ModuleOutline module, String decorator) {
        return decorator.endsWith("abstractmethod")
                && symbols.canonical(module, decorator).equals("abc.abstractmethod");
    }
}

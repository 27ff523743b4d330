package io.tach.engine.model;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The ids in brackets that pytest will give to the cases of a test, or why nobody can tell without running it.
 *
 * @param ids one for each case, in order; one empty text for a test without parameters
 * @param parametrized false for a test without parameters, whose node id ends without brackets
 * @param unknownBecause empty if the ids are known, else the reason, and {@code ids} is empty
 */
public record CaseIds(List<String> ids, boolean parametrized, String unknownBecause) {
    /** A test without parameters. */
    public static final CaseIds NONE = new CaseIds(List.of(""), false, "");

    public CaseIds {
        ids = List.copyOf(ids);
    }

    public static CaseIds of(List<String> ids) {
        return new CaseIds(ids, true, "");
    }

    public static CaseIds unknown(String because) {
        return new CaseIds(List.of(), true, because);
    }

    /** False if nobody can tell. */
    public boolean isKnown() {
        return unknownBecause.isEmpty();
    }

    /** The ids of these cases, each with each of others, these varying slower. */
    public CaseIds times(CaseIds others) {
        if (!parametrized || !others.parametrized) {
            return parametrized ? this : others;
        }
        if (!isKnown() || !others.isKnown()) {
            return isKnown() ? others : this;
        }
        Set<String> product = new LinkedHashSet<>();
        for (String first : ids) {
            for (String second : others.ids) {
                product.add(first + "-" + second);
            }
        }
        return product.size() == ids.size() * others.ids.size()
                ? of(List.copyOf(product))
                : unknown("two cases have the same id");
    }
}

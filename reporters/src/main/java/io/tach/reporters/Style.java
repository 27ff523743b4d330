package io.tach.reporters;

import java.util.List;
import java.util.Map;

/** The names of pytest's terminal writer as colour sequences. A style is what is written before the text. */
final class Style {
    static final String NONE = "";
    static final String BOLD = "\u001b[1m";
    static final String RED = "\u001b[31m";
    static final String GREEN = "\u001b[32m";
    static final String YELLOW = "\u001b[33m";
    static final String CYAN = "\u001b[36m";
    static final String RESET = "\u001b[0m";

    private static final Map<String, Integer> CODES = Map.ofEntries(
            Map.entry("black", 30),
            Map.entry("red", 31),
            Map.entry("green", 32),
            Map.entry("yellow", 33),
            Map.entry("blue", 34),
            Map.entry("purple", 35),
            Map.entry("cyan", 36),
            Map.entry("white", 37),
            Map.entry("Black", 40),
            Map.entry("Red", 41),
            Map.entry("Green", 42),
            Map.entry("Yellow", 43),
            Map.entry("Blue", 44),
            Map.entry("Purple", 45),
            Map.entry("Cyan", 46),
            Map.entry("White", 47),
            Map.entry("bold", 1),
            Map.entry("light", 2),
            Map.entry("blink", 5),
            Map.entry("invert", 7));

    private Style() {}

    /** The style of pytest's markup names; a name it does not know is left out. */
    static String of(List<String> names) {
        StringBuilder style = new StringBuilder();
        for (String name : names) {
            Integer code = CODES.get(name);
            if (code != null) {
                style.append("\u001b[").append(code.intValue()).append('m');
            }
        }
        return style.toString();
    }
}

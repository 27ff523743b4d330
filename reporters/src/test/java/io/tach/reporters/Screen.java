package io.tach.reporters;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A terminal of the least kind: enough to see what the live bar leaves on it. */
final class Screen {
    private static final Pattern SEQUENCE = Pattern.compile("\u001b\\[([0-9]*)([A-Zm])");

    private final List<StringBuilder> rows = new ArrayList<>(List.of(new StringBuilder()));
    private int row;
    private int column;

    private Screen() {}

    /** The lines that a user sees after this output, without blanks at their ends. */
    static List<String> show(String output) {
        Screen screen = new Screen();
        Matcher sequence = SEQUENCE.matcher(output);
        for (int i = 0; i < output.length(); i++) {
            if (sequence.region(i, output.length()).lookingAt()) {
                screen.obey(sequence.group(1), sequence.group(2));
                i = sequence.end() - 1;
            } else {
                screen.put(output.charAt(i));
            }
        }
        return screen.rows.stream().map(text -> text.toString().stripTrailing()).toList();
    }

    private void obey(String number, String command) {
        int count = number.isEmpty() ? 1 : Integer.parseInt(number);
        switch (command) {
            case "A" -> row -= count;
            case "C" -> column += count;
            case "J" -> clearBelow();
            case "m" -> {}
            default -> throw new IllegalArgumentException("unexpected sequence=" + command);
        }
    }

    private void clearBelow() {
        rows.get(row).setLength(Math.min(column, rows.get(row).length()));
        rows.subList(row + 1, rows.size()).clear();
    }

    private void put(char c) {
        if (c == '\r') {
            column = 0;
        } else if (c == '\n') {
            column = 0;
            row++;
            if (row == rows.size()) {
                rows.add(new StringBuilder());
            }
        } else {
            StringBuilder text = rows.get(row);
            text.setLength(Math.max(text.length(), column + 1));
            text.setCharAt(column++, c);
        }
    }
}

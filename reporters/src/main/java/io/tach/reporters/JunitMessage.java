package io.tach.reporters;

import java.util.List;

/** Messages of failures as the installed pytest puts them into an attribute. */
final class JunitMessage {
    /** Characters an attribute holds at most, without the note that something was left out. */
    private static final int BUDGET = 500;

    private JunitMessage() {}

    /** Whether this version of pytest shortens messages: 9.2 began to. */
    static boolean isShortenedBy(String pytestVersion) {
        String[] parts = pytestVersion.split("[^0-9]+", 3);
        int major = parts[0].isEmpty() ? 0 : Integer.parseInt(parts[0]);
        int minor = parts.length < 2 || parts[1].isEmpty() ? 0 : Integer.parseInt(parts[1]);
        return major > 9 || (major == 9 && minor >= 2);
    }

    /** Keeps whole lines while they fit, and says how many are missing. */
    static String shorten(String message) {
        List<String> lines = message.lines().toList();
        int kept = 0;
        int size = 0;
        for (String line : lines) {
            if (kept > 0 && size + line.length() + 1 > BUDGET) {
                break;
            }
            kept++;
            size += line.length() + 1;
        }
        String text = String.join("\n", lines.subList(0, kept));
        boolean cut = text.length() > BUDGET;
        int missing = lines.size() - kept;
        if (missing == 0 && !cut) {
            return message;
        }
        String note = missing == 0 ? "truncated" : "+" + missing + (missing > 1 ? " more lines" : " more line");
        return (cut ? text.substring(0, BUDGET) + "..." : text) + "\n[" + note + "; full report in element text]";
    }
}

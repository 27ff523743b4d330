package io.tach.nativeio.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A Python process that a test talks to line by line. It ends with its standard input. */
public final class PythonChild {
    /** Runs each line it is given and prints the value of {@code answer}. */
    private static final String LOOP =
            """
            import os, sys, mmap, struct
            answer = None
            for line in sys.stdin:
                exec(line)
                print(answer, flush=True)
            """;

    private final Process process;
    private final BufferedReader answers;

    /** Starts one. */
    public PythonChild() throws IOException {
        process = new ProcessBuilder(List.of("python3", "-c", LOOP))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        answers = process.inputReader();
    }

    /** Runs one line; answers what it left in {@code answer}. */
    public String run(String line) {
        try {
            process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
            return answers.readLine();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Its process id. */
    public int pid() {
        return (int) process.pid();
    }

    /** Ends it as a crash would. */
    public void killHard() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }
}

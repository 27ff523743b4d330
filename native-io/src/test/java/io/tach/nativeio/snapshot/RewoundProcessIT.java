package io.tach.nativeio.snapshot;

import static io.tach.nativeio.snapshot.ProcessMemory.PAGE_BYTES;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tach.nativeio.process.HarnessFiles;
import io.tach.nativeio.process.IsolationProbe;
import io.tach.nativeio.process.IsolationProbe.Rung;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The agent's work seen from outside: a process that was rewound twice must hold, byte for byte, what it held when it was
 * rewound once. It is bound to one processor, since the kernel keeps the number of that in its memory.
 */
class RewoundProcessIT {
    private static final Path PYTHON = Path.of("python3");

    /** Waits for a letter: {@code d} dirties memory, {@code r} rewinds, which returns to the top of the loop. */
    private static final String PROGRAM =
            """
            import importlib.machinery, importlib.util, mmap, os, random, sys
            loader = importlib.machinery.ExtensionFileLoader("_tach_agent", sys.argv[1])
            agent = importlib.util.module_from_spec(importlib.util.spec_from_loader("_tach_agent", loader))
            loader.exec_module(agent)
            os.sched_setaffinity(0, [min(os.sched_getaffinity(0))])
            area = mmap.mmap(-1, 64 * 4096, mmap.MAP_PRIVATE)
            kept = []

            def dirty():
                global kept
                for page in range(64):
                    area[page * 4096 + random.randrange(4096)] = random.randrange(1, 256)
                kept = [str(random.random()) * 7 for _ in range(20000)]
                more = mmap.mmap(-1, 1 << 20, mmap.MAP_PRIVATE)
                more[0] = 1
                kept.append(more)
                import decimal, sqlite3
                kept.append(sqlite3.connect(":memory:").execute("select 1").fetchall())

            def serve():
                agent.checkpoint([0, 1, 2])
                while True:
                    os.write(1, b"ready\\n")
                    letter = os.read(0, 1)
                    if letter == b"d":
                        dirty()
                    elif letter == b"r":
                        os.write(1, b"discard: " + agent.rewind(b"").encode() + b"\\n")
                        os._exit(1)
                    else:
                        os._exit(0)

            serve()
            """;

    private static final int RED_ZONE_BYTES = 128;

    private Process process;
    private BufferedReader answers;

    @BeforeEach
    void start() throws IOException {
        Path harness = HarnessFiles.locate();
        Rung rung = IsolationProbe.ask(PYTHON, harness);
        assumeTrue(rung.name().equals("snapshot"), () -> "memory cannot be rewound here: " + rung.reason());
        String agent = HarnessFiles.agent(harness).orElseThrow().toString();
        process = new ProcessBuilder(PYTHON.toString(), "-c", PROGRAM, agent)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        answers = process.inputReader();
        assertEquals("ready", answers.readLine());
    }

    @AfterEach
    void end() throws InterruptedException {
        if (process != null) {
            process.destroyForcibly().waitFor();
        }
    }

    private void order(char letter) throws IOException {
        process.getOutputStream().write(letter);
        process.getOutputStream().flush();
        assertEquals("ready", answers.readLine());
    }

    private int pid() {
        return (int) process.pid();
    }

    private WorkerSnapshot look() throws IOException {
        while (!Files.readString(Path.of("/proc/" + pid() + "/stat")).contains(") S ")) {
            Thread.onSpinWait(); // it has answered before it waits for its next letter
        }
        return WorkerSnapshot.of(pid());
    }

    /** The lowest address of the stack that is in use: the kernel and compilers leave 128 bytes below the pointer alone. */
    private long lowestLive() throws IOException {
        String[] words =
                Files.readString(Path.of("/proc/" + pid() + "/syscall")).split(" ", -1);
        return Long.decode(words[words.length - 2]) - RED_ZONE_BYTES;
    }

    /** The part of the stack's last page that is in use. */
    private ByteBuffer liveStack(long lowest) throws IOException {
        try (ProcessMemory memory = ProcessMemory.of(pid())) {
            long page = lowest / PAGE_BYTES * PAGE_BYTES;
            ByteBuffer data = AlignedSegment.read(memory, page, 1).data();
            return data.position((int) (lowest - page)).slice();
        }
    }

    /**
     * Without what functions that have returned left on the stack: there lie, among others, vector registers, which no
     * call keeps.
     */
    private static List<PageChange> live(List<PageChange> changes, long lowest) {
        return changes.stream()
                .filter(c -> !c.region().path().equals("[stack]") || c.address() > lowest)
                .toList();
    }

    @Test
    void aRewindShouldRestoreEveryByte() throws IOException {
        order('r');
        WorkerSnapshot golden = look();
        long lowest = lowestLive();
        ByteBuffer stack = liveStack(lowest);
        for (int i = 0; i < 5; i++) {
            order('d');
            WorkerSnapshot dirty = look();
            assertTrue(golden.changesTo(dirty).size() > 64, "nothing was dirtied");
            assertNotEquals(List.of(), dirty.regionsNotIn(golden));

            order('r');
            WorkerSnapshot rewound = look();

            assertEquals(List.of(), live(golden.changesTo(rewound), lowest));
            assertEquals(lowest, lowestLive());
            assertEquals(stack, liveStack(lowest));
            assertEquals(List.of(), golden.regionsNotIn(rewound));
            assertEquals(List.of(), rewound.regionsNotIn(golden));
        }
    }

    @Test
    void theTwinShouldHoldWhatTheWorkerHeld() throws IOException {
        order('r');
        WorkerSnapshot golden = look();
        long lowest = lowestLive();
        int twin = process.children()
                .map(ProcessHandle::pid)
                .findFirst()
                .orElseThrow()
                .intValue();
        WorkerSnapshot held = WorkerSnapshot.of(twin);
        List<PageChange> before = golden.changesTo(held);
        order('d');
        order('d');
        order('r');

        List<PageChange> after = look().changesTo(WorkerSnapshot.of(twin));

        assertTrue(before.size() * 10 < golden.pages(), () -> "the twin is another process: " + before.size());
        assertEquals(live(before, lowest), live(after, lowest));
        assertEquals(List.of(), held.changesTo(WorkerSnapshot.of(twin)));
    }
}

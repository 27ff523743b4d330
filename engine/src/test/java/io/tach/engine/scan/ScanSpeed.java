package io.tach.engine.scan;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * How fast one thread scans: {@code java io.tach.engine.scan.ScanSpeed ROUNDS DIRECTORY...}. The files are read into memory
 * first; each round scans all of them. The time is that of the processor, so that what else runs does not count.
 */
final class ScanSpeed {
    private ScanSpeed() {}

    public static void main(String[] args) throws IOException {
        List<byte[]> files = new ArrayList<>();
        long bytes = 0;
        for (Path path :
                Oracle.pythonFiles(Stream.of(args).skip(1).map(Path::of).toList())) {
            byte[] file = Files.readAllBytes(path);
            files.add(file);
            bytes += file.length;
        }
        System.out.printf("%d files, %.1f MB%n", files.size(), bytes / 1e6);
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        OutlineScanner scanner = new OutlineScanner();
        for (int round = 1; round <= Integer.parseInt(args[0]); round++) {
            long startNs = threads.getCurrentThreadCpuTime();
            long found = 0;
            for (byte[] file : files) {
                found += scanner.scan(file).definitions().size();
            }
            double seconds = (threads.getCurrentThreadCpuTime() - startNs) / 1e9;
            System.out.printf("round %d: %.0f MB/s, %d definitions%n", round, bytes / 1e6 / seconds, found);
        }
    }
}

package io.tach.actors.run;

import io.tach.engine.model.PhaseReport;
import io.tach.nativeio.wire.Location;
import io.tach.nativeio.wire.NamedText;
import io.tach.nativeio.wire.ToZygote;
import io.tach.nativeio.wire.ToZygote.FinalReport;
import io.tach.nativeio.wire.Warning;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Cuts what the summary is made of into {@code CMD_REPORTS} that fit the wire. */
final class SummaryFrames {
    /** A frame holds 16 MiB; sizes are only estimated here. */
    private static final int CHUNK_BYTES = 4 << 20;

    private static final int ROWS_A_FRAME = 20_000;

    /** Bytes a character may take in UTF-8. */
    private static final int MOST_BYTES_A_CHAR = 3;

    private final List<ToZygote> frames = new ArrayList<>();

    List<ToZygote> all() {
        return frames;
    }

    void collectReports(List<PhaseReport> all) {
        chunks(
                all.stream().filter(r -> r.data().hasRemaining()).toList(),
                part -> add(List.of(), part.stream().map(PhaseReport::data).toList()));
        reports(all.stream().filter(r -> !r.data().hasRemaining()).toList());
    }

    void reports(List<PhaseReport> all) {
        chunks(all, part -> add(part.stream().map(SummaryFrames::finalReport).toList(), List.of()));
    }

    void warnings(List<Warning> all) {
        rows(
                all,
                part -> frames.add(new ToZygote.Reports(List.of(), List.of(), part, List.of(), List.of(), List.of())));
    }

    void durations(List<ToZygote.Duration> all) {
        rows(
                all,
                part -> frames.add(new ToZygote.Reports(List.of(), List.of(), List.of(), part, List.of(), List.of())));
    }

    void outcomes(List<NamedText> all) {
        rows(
                all,
                part -> frames.add(new ToZygote.Reports(List.of(), List.of(), List.of(), List.of(), part, List.of())));
    }

    void nodeIds(List<String> all) {
        rows(
                all,
                part -> frames.add(new ToZygote.Reports(List.of(), List.of(), List.of(), List.of(), List.of(), part)));
    }

    private void add(List<FinalReport> reports, List<ByteBuffer> collectReports) {
        frames.add(new ToZygote.Reports(reports, collectReports, List.of(), List.of(), List.of(), List.of()));
    }

    private static void chunks(List<PhaseReport> all, Consumer<List<PhaseReport>> frame) {
        List<PhaseReport> part = new ArrayList<>();
        long bytes = 0;
        for (PhaseReport report : all) {
            long size = size(report);
            if (bytes + size > CHUNK_BYTES && !part.isEmpty()) {
                frame.accept(part);
                part = new ArrayList<>();
                bytes = 0;
            }
            part.add(report);
            bytes += size;
        }
        if (!part.isEmpty()) {
            frame.accept(part);
        }
    }

    private static <T> void rows(List<T> all, Consumer<List<T>> frame) {
        for (int from = 0; from < all.size(); from += ROWS_A_FRAME) {
            frame.accept(all.subList(from, Math.min(all.size(), from + ROWS_A_FRAME)));
        }
    }

    private static long size(PhaseReport report) {
        if (report.data().hasRemaining()) {
            return report.data().remaining();
        }
        long captured =
                report.sections().stream().mapToLong(s -> s.text().length()).sum();
        return MOST_BYTES_A_CHAR * (captured + report.longrepr().length());
    }

    private static FinalReport finalReport(PhaseReport r) {
        if (r.data().hasRemaining()) {
            return new ToZygote.PytestReport(r.data());
        }
        PhaseReport.Location l = r.location();
        return new ToZygote.MadeReport(
                r.nodeId(),
                r.when(),
                r.outcome(),
                r.longrepr(),
                r.sections().stream()
                        .map(s -> new NamedText(s.name(), s.text()))
                        .toList(),
                l == null ? null : new Location(l.path(), l.line(), l.domain()),
                r.category());
    }
}

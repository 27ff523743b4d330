package io.tach.actors.run;

import io.tach.engine.event.RunEvent.WarningRecorded;
import io.tach.engine.event.SuiteInfo;
import io.tach.engine.model.Isolation;
import io.tach.engine.model.Outcome;
import io.tach.engine.model.PhaseReport;
import io.tach.engine.model.PhaseTimes;
import io.tach.engine.model.Property;
import io.tach.engine.model.RewindStatistics;
import io.tach.engine.model.Section;
import io.tach.engine.model.Status;
import io.tach.engine.verdict.WorkerResult;
import io.tach.nativeio.wire.FromWorker;
import io.tach.nativeio.wire.FromZygote;
import io.tach.nativeio.wire.Location;
import io.tach.nativeio.wire.NamedText;
import io.tach.nativeio.wire.Warning;
import java.util.List;

/** The wire's words in the engine's. Stateless. */
final class Translate {
    private Translate() {}

    static SuiteInfo suite(FromZygote.Ready m, int workers) {
        return new SuiteInfo(
                m.header(),
                m.rootDir(),
                m.python(),
                m.pytest(),
                m.verbose(),
                m.markup(),
                m.width(),
                m.progress(),
                m.durations(),
                workers,
                m.junit().map(Translate::junit));
    }

    private static SuiteInfo.JunitRequest junit(FromZygote.Junit m) {
        return new SuiteInfo.JunitRequest(
                m.path(), m.family(), m.suite(), m.logging(), m.prefix(), m.logPassing(), m.duration());
    }

    static PhaseReport report(FromWorker.Report m) {
        return new PhaseReport(
                m.nodeId(),
                m.when(),
                m.outcome(),
                m.category(),
                m.letter(),
                m.word(),
                m.markup(),
                m.durationNs(),
                m.longrepr(),
                m.message(),
                m.xfail(),
                m.sections().stream().map(s -> new Section(s.name(), s.text())).toList(),
                location(m.location()),
                m.data());
    }

    private static PhaseReport.Location location(Location m) {
        return m == null ? null : new PhaseReport.Location(m.path(), m.line(), m.domain());
    }

    /**
     * A worker's verdict.
     *
     * @throws IllegalArgumentException if status or outcome is none
     */
    static WorkerResult result(FromWorker.Result m) {
        return new WorkerResult(
                m.testId(),
                Status.ofCode(m.status()),
                Outcome.ofWord(m.outcome()),
                m.durationNs(),
                m.message(),
                new PhaseTimes(
                        m.phases().setupNs(), m.phases().callNs(), m.phases().teardownNs()),
                properties(m.properties()),
                m.leaked(),
                isolation(m.isolation()));
    }

    static Isolation isolation(FromWorker.Isolation m) {
        return new Isolation(m.ran(), m.toxic(), m.diagnosis());
    }

    static RewindStatistics rewinds(FromWorker.Rewinds m) {
        return new RewindStatistics(
                m.checkpoints(),
                m.moves(),
                m.checkpointNs(),
                m.rewinds(),
                m.pages(),
                m.scanNs(),
                m.copyNs(),
                m.ledgerNs(),
                m.layoutNs(),
                m.rewindNs(),
                m.forks(),
                m.discards(),
                m.verifiedPages(),
                m.wrongBytes());
    }

    static List<Property> properties(List<NamedText> pairs) {
        return pairs.stream().map(p -> new Property(p.name(), p.text())).toList();
    }

    static WarningRecorded warning(Warning m) {
        return new WarningRecorded(m.message(), m.category(), m.fileName(), m.line(), m.when(), m.nodeId());
    }
}

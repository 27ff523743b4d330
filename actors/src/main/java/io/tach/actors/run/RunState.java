package io.tach.actors.run;

import io.tach.actors.stream.EventFeed;
import io.tach.conf.TachSettings;
import io.tach.engine.event.RunEvent;
import io.tach.engine.plan.Dispatcher;
import io.tach.nativeio.wire.FromZygote;

/**
 * What is known of one run. The classes that share it, {@link ZygoteFacts}, {@link WorkerFacts}, {@link Progress} and
 * {@link Ending}, are one actor cut by role; nothing else sees it. One thread.
 */
final class RunState {

    /** Where a run stands; {@link Supervisor} draws the way. */
    enum Phase {
        BOOTING,
        COLLECTING,
        RUNNING,
        DRAINING,
        SUMMARIZING,
        CLOSING,
        DONE
    }

    final TachSettings settings;
    final EventFeed feed;
    final Premises premises;
    final Collection collection = new Collection();
    final Books books = new Books();
    final Finale finale = new Finale(books);
    final Toxicity toxicity;
    final PastRuns past;

    /** Null if there are no premises. */
    Crew crew;

    /** Null, as the next two, until the zygote is ready for the first time. */
    FromZygote.Ready suite;

    Dispatcher dispatcher;
    Casualties casualties;

    /** Names the seed of a run that will take place, if somebody wants to know; empty otherwise. */
    String seedNote = "";

    /** Why the run ends early; null if it does not. */
    Stop stop;

    /** How long workers, all together, have taken to collect. */
    long collectedByWorkersNs;

    boolean zygoteUp;
    boolean announced;
    boolean filesMaySplit;
    boolean predicts;
    boolean paused;
    boolean wholeOrdered;

    private Phase phase = Phase.BOOTING;
    private String reason = "start";

    RunState(TachSettings settings, EventFeed feed, Premises premises) {
        this.settings = settings;
        this.feed = feed;
        this.premises = premises;
        toxicity = new Toxicity(settings.toxicity());
        past = new PastRuns(toxicity);
    }

    Phase phase() {
        return phase;
    }

    /** Why it is in its phase, for the log. */
    String reason() {
        return reason;
    }

    void become(Phase next, String why) {
        phase = next;
        reason = why;
    }

    /** True while work is given out. */
    boolean isAtWork() {
        return phase == Phase.COLLECTING || phase == Phase.RUNNING;
    }

    /** Tells the user a line. */
    void note(String text) {
        feed.emit(new RunEvent.Noted(text));
    }
}

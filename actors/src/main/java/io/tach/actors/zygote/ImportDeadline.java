package io.tach.actors.zygote;

import io.tach.nativeio.wire.Collected;
import io.tach.nativeio.wire.FromZygote;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Which file a zygote is importing, and the deadline for that. Owned by the zygote's actor, whose timer calls back.
 */
final class ImportDeadline {
    private final TimerScheduler<Zygote.Command> timers;
    private final Duration limit;
    private final Supplier<String> unheard;

    private boolean heard;
    private String path = "";

    /**
     * A deadline that is not kept before {@link #connected}.
     *
     * @param limit for one file; zero for none
     * @param unheard what it leaves word of as long as nobody hears it; empty for nothing
     */
    ImportDeadline(TimerScheduler<Zygote.Command> timers, Duration limit, Supplier<String> unheard) {
        this.timers = timers;
        this.limit = limit;
        this.unheard = unheard;
    }

    Duration limit() {
        return limit;
    }

    /** The file, by its own word or by that which it leaves before anybody hears it; empty if it imports none. */
    String path() {
        return heard ? path : unheard.get();
    }

    /** It lets us in between two imports; one that does not end is seen as well. */
    void connected() {
        arm();
    }

    void heard(List<FromZygote> messages) {
        heard = true;
        timers.cancel(Zygote.Timer.COLLECT);
        messages.forEach(this::note);
    }

    private void note(FromZygote message) {
        if (message instanceof FromZygote.Collecting m) {
            path = m.path();
            arm();
        } else if (message instanceof Collected || message instanceof FromZygote.Units) {
            path = "";
            timers.cancel(Zygote.Timer.COLLECT);
        }
    }

    /** The timer went off; true if a file is to blame. Plugins, which it may be loading instead, have no limit. */
    boolean hasPassed() {
        if (path().isEmpty()) {
            arm();
            return false;
        }
        return true;
    }

    private void arm() {
        timers.cancel(Zygote.Timer.COLLECT);
        boolean importing = !heard || !path.isEmpty();
        if (importing && !limit.isZero()) {
            timers.startSingleTimer(Zygote.Timer.COLLECT, limit);
        }
    }
}

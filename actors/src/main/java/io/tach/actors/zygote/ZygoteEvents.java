package io.tach.actors.zygote;

import io.tach.engine.verdict.Death;
import io.tach.nativeio.wire.FromZygote;
import java.time.Duration;
import java.util.List;

/** What the zygote's actor tells its owner. Called on the actor's thread; must not block. */
public interface ZygoteEvents {

    /** The zygote said something. */
    void onSaid(List<FromZygote> messages);

    /** The zygote died before it was told to leave. */
    void onLost(Loss loss);

    /** The zygote left as it was told, or had none to leave; nothing follows. */
    void onGone();

    /**
     * A zygote's death.
     *
     * @param reason in words, such as {@code SIGSEGV}
     * @param collecting the file it was importing; empty if it was importing none
     * @param death how the process ended
     * @param limit the time for an import, if it took longer; else zero
     * @param restarting whether another one is started
     */
    record Loss(String reason, String collecting, Death death, Duration limit, boolean restarting) {

        /** True if the file that it was importing is what it died of. SIGKILL comes from outside. */
        public boolean isImportsFault() {
            boolean killed = limit.isZero() && death.signal().equals("SIGKILL");
            return !collecting.isEmpty() && !killed;
        }
    }
}

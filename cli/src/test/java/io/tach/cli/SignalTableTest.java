package io.tach.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tach.actors.RunControl;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class SignalTableTest {
    private static final int HUP = 1;
    private static final int INT = 2;
    private static final int TERM = 15;
    private static final int INTERRUPTED = 130;

    private final List<String> done = new ArrayList<>();
    private final SignalTable signals = new SignalTable(code -> done.add("leave " + code));

    @Test
    void shouldGetSternerWithEachSignal() {
        signals.steer(new RecordedControl());

        signals.onSignal(INT);
        signals.onSignal(INT);
        signals.onSignal(INT);

        assertEquals(List.of("interrupt", "cancel", "leave 130"), done);
    }

    @Test
    void shouldLeaveAtOnceIfThereIsNoRunYet() {
        signals.onSignal(TERM);

        assertEquals(List.of("leave 143"), done);
    }

    @Test
    void shouldExitWithTheFirstSignal() {
        signals.steer(new RecordedControl());

        signals.onSignal(HUP);
        signals.onSignal(INT);

        assertEquals(129, signals.exitCode(INTERRUPTED));
    }

    @Test
    void shouldKeepTheCodeOfARunThatWasOverAnyway() {
        signals.steer(new RecordedControl());
        signals.onSignal(TERM);

        assertEquals(1, signals.exitCode(1));
    }

    @Test
    void shouldKeepTheCodeOfARunThatInterruptedItself() {
        assertEquals(INTERRUPTED, signals.exitCode(INTERRUPTED));
    }

    private final class RecordedControl implements RunControl {
        @Override
        public void interrupt() {
            done.add("interrupt");
        }

        @Override
        public void cancel() {
            done.add("cancel");
        }

        @Override
        public void pause() {
            throw new AssertionError("no signal pauses");
        }

        @Override
        public void resume() {
            throw new AssertionError("no signal resumes");
        }

        @Override
        public void note(String text) {
            throw new AssertionError("no signal writes notes");
        }

        @Override
        public CompletionStage<Integer> exitCode() {
            return new CompletableFuture<>();
        }
    }
}

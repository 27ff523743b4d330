package io.tach.actors.zygote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tach.actors.peer.Link;
import io.tach.actors.testing.Completeness;
import io.tach.actors.testing.FakeMessages;
import io.tach.engine.run.RestartPolicy;
import io.tach.engine.verdict.Death;
import io.tach.nativeio.wire.Collected;
import io.tach.nativeio.wire.FromZygote;
import io.tach.nativeio.wire.ToZygote;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;
import org.apache.pekko.actor.testkit.typed.Effect;
import org.apache.pekko.actor.testkit.typed.javadsl.BehaviorTestKit;
import org.junit.jupiter.api.Test;

/** The actor alone: its blocking tasks are kept and never run, so facts come from the tests only. */
class ZygoteTest {
    private static final Zygote.Ended SEGFAULT = new Zygote.Ended(1, Optional.of(Death.signaled("SIGSEGV", false)));
    private static final Zygote.HungUp HUNG_UP = new Zygote.HungUp(1, "");

    private final Rig rig = new Rig();

    @Test
    void everyStateShouldHandleEveryCommand() {
        List<Zygote.Command> samples = new ArrayList<>(List.of(
                new Zygote.Send(new ToZygote.CollectAll()),
                new Zygote.SendAll(List.of(new ToZygote.CollectAll())),
                Zygote.Request.LEAVE,
                new Zygote.Launched(rig),
                new Zygote.Connected(rig),
                new Zygote.Heard(1, List.of(new FromZygote.Collecting("a.py"))),
                HUNG_UP,
                SEGFAULT,
                Zygote.Timer.COLLECT));
        Completeness.assertOneOfEach(Zygote.Command.class, samples);
        samples.addAll(List.of(Zygote.Request.values()));
        samples.addAll(List.of(Zygote.Timer.values()));
        Map<String, UnaryOperator<Rig>> states = Map.of(
                "booting", r -> r,
                "serving", Rig::serving,
                "restarting", r -> r.serving().ready().run(SEGFAULT, HUNG_UP),
                "leaving", r -> r.serving().run(Zygote.Request.LEAVE));
        states.forEach((state, reach) -> samples.forEach(sample -> {
            Rig fresh = reach.apply(new Rig());
            Completeness.assertHandles(state, fresh.kit, sample);
        }));
    }

    @Test
    void deathShouldNeedBothEndAndHangUp() {
        rig.serving().run(SEGFAULT);
        assertEquals(List.of(), rig.losses);
        rig.run(new Zygote.Heard(1, List.of(new FromZygote.Collecting("deadly.py"))), HUNG_UP);

        ZygoteEvents.Loss loss = rig.losses.get(0);
        assertEquals("SIGSEGV", loss.reason());
        assertEquals("deadly.py", loss.collecting());
    }

    @Test
    void aHangUpAloneShouldEndTheProcess() {
        rig.serving().run(HUNG_UP);
        assertFalse(rig.killed);
        rig.run(Zygote.Timer.END_GRACE);
        assertTrue(rig.killed);
    }

    @Test
    void oneThatWasNeverReadyShouldNotBeStartedAgain() {
        rig.serving().run(SEGFAULT, HUNG_UP);
        assertFalse(rig.losses.get(0).restarting());
        assertTrue(rig.gone);
        assertFalse(rig.kit.isAlive());
    }

    @Test
    void oneThatServedShouldBeStartedAgain() {
        rig.serving().ready().run(SEGFAULT, HUNG_UP);
        assertTrue(rig.losses.get(0).restarting());
        assertEquals(1, rig.launches.size());
        rig.run(Zygote.Timer.RESTART);
        assertEquals(2, rig.launches.size());
    }

    @Test
    void aHangUpThatComesAfterTheEndIsSettledShouldNotBeAnotherDeath() {
        rig.serving().ready().run(SEGFAULT, Zygote.Timer.END_GRACE, HUNG_UP);
        assertEquals(1, rig.losses.size());
    }

    @Test
    void factsOfTheOneBeforeShouldNotCount() {
        rig.serving().ready().run(SEGFAULT, HUNG_UP, Zygote.Timer.RESTART, SEGFAULT, HUNG_UP);
        assertEquals(1, rig.losses.size());
    }

    @Test
    void aProtocolErrorShouldKillItAndBeTheReason() {
        rig.serving().run(new Zygote.HungUp(1, "slug=bad-cbor"));
        assertTrue(rig.killed);
        rig.run(SEGFAULT);
        assertEquals("slug=bad-cbor", rig.losses.get(0).reason());
    }

    @Test
    void anImportThatTakesTooLongShouldKillIt() {
        rig.serving().run(new Zygote.Heard(1, List.of(new FromZygote.Collecting("slow.py"))));
        assertTrue(rig.hasTimer(Zygote.Timer.COLLECT));
        rig.run(Zygote.Timer.COLLECT, SEGFAULT, HUNG_UP);
        assertTrue(rig.killed);
        assertEquals(Duration.ofSeconds(3), rig.losses.get(0).limit());
        assertEquals("slow.py", rig.losses.get(0).collecting());
    }

    @Test
    void oneThatDiedBeforeItLetUsInShouldBeKnownByItsFile() {
        rig.importing = "conftest.py";
        rig.run(new Zygote.Launched(rig), HUNG_UP, SEGFAULT);
        assertEquals("conftest.py", rig.losses.get(0).collecting());
        assertEquals("SIGSEGV", rig.losses.get(0).reason());
    }

    @Test
    void anImportThatKeepsUsOutShouldTakeTooLongAsWell() {
        rig.serving().run(Zygote.Timer.COLLECT);
        assertFalse(rig.killed, "plugins may load as long as they like");
        rig.importing = "slow.py";
        rig.run(Zygote.Timer.COLLECT, SEGFAULT, HUNG_UP);
        assertTrue(rig.killed);
        assertEquals("slow.py", rig.losses.get(0).collecting());
    }

    @Test
    void anImportThatIsDoneShouldNotBeBlamed() {
        rig.serving()
                .run(new Zygote.Heard(
                        1, List.of(new FromZygote.Collecting("conftest.py"), new FromZygote.Collecting(""))))
                .run(SEGFAULT, HUNG_UP);
        assertEquals("", rig.losses.get(0).collecting());
    }

    @Test
    void whatIsCollectedShouldNotBeBlamedLater() {
        rig.serving()
                .run(new Zygote.Heard(
                        1, List.of(new FromZygote.Collecting("a.py"), Collected.of(0, List.of("a.py::t"), 1))))
                .run(SEGFAULT, HUNG_UP);
        assertEquals("", rig.losses.get(0).collecting());
    }

    @Test
    void onePythonThatCannotBeStartedShouldBeSaid() {
        rig.run(new Zygote.HungUp(1, "cannot start python: no such file"));
        assertEquals("cannot start python: no such file", rig.losses.get(0).reason());
        assertTrue(rig.gone);
    }

    @Test
    void leavingShouldEndWithoutALoss() {
        rig.serving().ready().run(Zygote.Request.LEAVE, SEGFAULT, HUNG_UP);
        assertEquals(List.of(new ToZygote.Exit()), rig.sent);
        assertEquals(List.of(), rig.losses);
        assertTrue(rig.gone);
        assertTrue(rig.released);
        assertTrue(rig.linkClosed);
    }

    @Test
    void leavingShouldKillTheOneThatStays() {
        rig.serving().run(Zygote.Request.LEAVE);
        assertFalse(rig.killed);
        rig.run(Zygote.Timer.LEAVE_GRACE);
        assertTrue(rig.killed);
    }

    @Test
    void onePytestThatRefusedShouldBeNoLoss() {
        rig.serving()
                .run(new Zygote.Heard(1, List.of(new FromZygote.BootFailed("usage", "no", 4))))
                .run(SEGFAULT, HUNG_UP);
        assertEquals(List.of(), rig.losses);
        assertTrue(rig.gone);
    }

    @Test
    void oneThatShowsUpAfterItWasKilledShouldBeKilledToo() {
        rig.run(Zygote.Request.KILL, new Zygote.Launched(rig));
        assertTrue(rig.killed);
    }

    private static final class Rig implements ZygoteEvents, ZygoteSource, ZygoteSource.Handle, Link<ToZygote> {
        final List<ToZygote> sent = new ArrayList<>();
        final List<Loss> losses = new ArrayList<>();
        final Deque<Runnable> launches = new ArrayDeque<>();
        boolean gone;
        boolean killed;
        boolean released;
        boolean linkClosed;
        String importing = "";
        final BehaviorTestKit<Zygote.Command> kit = BehaviorTestKit.create(
                Zygote.create(this, RestartPolicy.atMost(2), Duration.ofSeconds(3), this, launches::add));

        Rig run(Zygote.Command... commands) {
            for (Zygote.Command command : commands) {
                kit.run(command);
            }
            return this;
        }

        Rig serving() {
            return run(new Zygote.Launched(this), new Zygote.Connected(this));
        }

        Rig ready() {
            return run(new Zygote.Heard(1, List.of(FakeMessages.ready(0))));
        }

        boolean hasTimer(Zygote.Timer timer) {
            return kit.getAllEffects().stream()
                    .anyMatch(e -> e instanceof Effect.TimerScheduled<?> t && t.msg() == timer);
        }

        @Override
        public void onSaid(List<FromZygote> messages) {}

        @Override
        public void onLost(Loss loss) {
            losses.add(loss);
        }

        @Override
        public void onGone() {
            gone = true;
        }

        @Override
        public Handle next() {
            throw new AssertionError("tasks are kept, not run");
        }

        @Override
        public SocketChannel connect(Duration patience) {
            throw new AssertionError("tasks are kept, not run");
        }

        @Override
        public String importing() {
            return importing;
        }

        @Override
        public CompletionStage<Optional<Death>> ended() {
            return new CompletableFuture<>();
        }

        @Override
        public void kill() {
            killed = true;
        }

        @Override
        public void send(ToZygote message) {
            sent.add(message);
        }

        @Override
        public void close() {
            linkClosed = true;
        }

        @Override
        public void release() {
            released = true;
        }
    }
}

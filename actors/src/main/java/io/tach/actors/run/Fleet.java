package io.tach.actors.run;

import io.tach.actors.worker.Worker;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;

/** The workers of a run that are not buried yet. A number is never used again. One thread. */
final class Fleet {

    /** One worker. */
    static final class Member {
        final int number;
        final ActorRef<Worker.Command> actor;
        private int pid;
        private boolean up;
        private boolean leaving;
        private boolean distrusted;
        private String test = "";

        Member(int number, ActorRef<Worker.Command> actor) {
            this.number = number;
            this.actor = actor;
        }

        String name() {
            return Fleet.name(number);
        }

        /** 0 until the zygote told. */
        int pid() {
            return pid;
        }

        void born(int number) {
            pid = number;
            actor.tell(Worker.Request.BORN);
        }

        void up() {
            up = true;
        }

        /** The node id of the test it is at; empty between tests. */
        String test() {
            return test;
        }

        void test(String nodeId) {
            test = nodeId;
        }

        /** True if it was told to leave: what it did not do is not missed. */
        boolean isLeaving() {
            return leaving;
        }

        /** Nothing that it says from now on counts; what is on its way comes from the same hand. */
        void distrust() {
            distrusted = true;
        }

        boolean isTrusted() {
            return !distrusted;
        }

        /** Tells it to leave, once. */
        void leave() {
            if (!leaving) {
                leaving = true;
                actor.tell(Worker.Request.LEAVE);
            }
        }
    }

    private final Map<Integer, Member> members = new TreeMap<>();
    private int next;

    static String name(int worker) {
        return "gw" + worker;
    }

    int nextNumber() {
        return next++;
    }

    void add(Member member) {
        members.put(member.number, member);
    }

    void remove(int number) {
        members.remove(number);
    }

    Optional<Member> get(int number) {
        return Optional.ofNullable(members.get(number));
    }

    boolean isEmpty() {
        return members.isEmpty();
    }

    /** True if nobody is at work: not forked yet, or told to leave. */
    boolean isAtRest() {
        return members.values().stream().allMatch(m -> m.leaving || (m.pid == 0 && !m.up));
    }

    /** How many will take work. */
    int serving() {
        return (int) members.values().stream().filter(m -> !m.leaving).count();
    }

    /** True if somebody serves and nobody is still on the way. */
    boolean isComplete() {
        return serving() > 0 && members.values().stream().allMatch(m -> m.up || m.leaving);
    }

    void forEach(Consumer<Member> action) {
        List<Member> all = new ArrayList<>(members.values());
        all.forEach(action);
    }
}

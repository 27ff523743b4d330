package io.tach.nativeio.posix;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** A {@link PosixCalls} that records what it was asked and touches no process. Safe for any thread. */
public final class FakePosix implements PosixCalls {

    /** A signal that was sent; {@code group} if to a process group. */
    public record Sent(int target, int signal, boolean group) {}

    /** A hole that was punched. */
    public record Hole(Path file, long offset, long length) {}

    private final List<Sent> sent = new ArrayList<>();
    private final List<Hole> holes = new ArrayList<>();
    private final Set<Integer> gone = new HashSet<>();
    private final Map<Integer, Integer> ended = new HashMap<>();
    private final Map<Integer, List<Integer>> children = new HashMap<>();
    private boolean subreaper;
    private Optional<TerminalSize> terminal = Optional.empty();

    /** The signals sent so far, in order. */
    public synchronized List<Sent> sent() {
        return List.copyOf(sent);
    }

    /** The holes punched so far, in order. */
    public synchronized List<Hole> holes() {
        return List.copyOf(holes);
    }

    /** Whether this process became a subreaper. */
    public synchronized boolean isSubreaper() {
        return subreaper;
    }

    /** From now on there is no such process or group. */
    public synchronized void setGone(int target) {
        gone.add(target);
    }

    /** From now on the child can be reaped. */
    public synchronized void setEnded(int pid, WaitStatus status) {
        ended.put(pid, status.raw());
    }

    /** What {@link #childrenOf} says. */
    public synchronized void setChildren(int pid, List<Integer> pids) {
        children.put(pid, List.copyOf(pids));
    }

    /** Every descriptor is this terminal from now on. */
    public synchronized void setTerminal(int columns, int rows) {
        terminal = Optional.of(new TerminalSize(columns, rows));
    }

    @Override
    public synchronized boolean kill(int pid, int signal) {
        sent.add(new Sent(pid, signal, false));
        return !gone.contains(pid);
    }

    @Override
    public synchronized boolean killGroup(int groupId, int signal) {
        sent.add(new Sent(groupId, signal, true));
        return !gone.contains(groupId);
    }

    @Override
    public synchronized void raise(int signal) {
        sent.add(new Sent((int) ProcessHandle.current().pid(), signal, false));
    }

    @Override
    public synchronized void setSubreaper() {
        subreaper = true;
    }

    @Override
    public synchronized OptionalInt reap(int pid) {
        Integer status = ended.remove(pid);
        return status == null ? OptionalInt.empty() : OptionalInt.of(status);
    }

    @Override
    public synchronized void punchHole(Path file, long offset, long length) {
        holes.add(new Hole(file, offset, length));
    }

    @Override
    public synchronized List<Integer> childrenOf(int pid) {
        return children.getOrDefault(pid, List.of());
    }

    @Override
    public synchronized Optional<TerminalSize> terminalSize(int fd) {
        return terminal;
    }

    @Override
    public synchronized boolean isTerminal(int fd) {
        return terminal.isPresent();
    }
}

package io.tach.actors.run;

import io.tach.actors.worker.MemoryFiles;
import io.tach.actors.zygote.ZygoteProcesses;
import io.tach.actors.zygote.ZygoteSource;
import io.tach.conf.TachSettings;
import io.tach.nativeio.posix.JnrPosix;
import io.tach.nativeio.posix.PosixCalls;
import io.tach.nativeio.process.RunDirectory;
import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.DispatcherSelector;

/**
 * What a run needs of the machine; tests bring their own.
 *
 * @param directory the run's directory; deleted at the end
 * @param zygotes where zygotes come from
 * @param files opens what a worker shares
 * @param posix system calls
 * @param blocking where tasks may block, in a given actor system
 */
record Host(
        RunDirectory directory,
        ZygoteSource zygotes,
        Reception.FilesOf files,
        PosixCalls posix,
        Function<ActorSystem<?>, Executor> blocking) {

    /** Makes a host. */
    @FunctionalInterface
    interface Factory {
        Host open() throws IOException;
    }

    /** The real machine. */
    static Host real(TachSettings settings) throws IOException {
        RunDirectory directory = settings.runDir().isPresent()
                ? RunDirectory.adopt(settings.runDir().get())
                : RunDirectory.create();
        PosixCalls posix = new JnrPosix();
        return new Host(
                directory,
                new ZygoteProcesses(settings, directory, posix),
                ready -> MemoryFiles.open(ready, posix),
                posix,
                Host::dispatcher);
    }

    /** The dispatcher that the configuration names for this. */
    static Executor dispatcher(ActorSystem<?> system) {
        return system.dispatchers().lookup(DispatcherSelector.fromConfig("tach.blocking-dispatcher"));
    }
}

package io.tach.actors.zygote;

import io.tach.actors.worker.Deaths;
import io.tach.conf.TachSettings;
import io.tach.engine.verdict.Death;
import io.tach.nativeio.posix.PosixCalls;
import io.tach.nativeio.process.ControlSocket;
import io.tach.nativeio.process.HarnessFiles;
import io.tach.nativeio.process.RunDirectory;
import io.tach.nativeio.process.ZygoteCommand;
import io.tach.nativeio.process.ZygoteProcess;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Real zygotes. The first is the one the launcher left in the run's directory, if it left one. */
public final class ZygoteProcesses implements ZygoteSource {
    /** The file in which the launcher tells the process id. */
    private static final String PID_FILE = "zygote.pid";

    /** The file in which a zygote tells what it is importing while it cannot tell us. */
    private static final String IMPORTING_FILE = "importing";

    private final TachSettings settings;
    private final RunDirectory run;
    private final PosixCalls posix;
    private boolean launcherAsked;

    /** Zygotes for one run. */
    public ZygoteProcesses(TachSettings settings, RunDirectory run, PosixCalls posix) {
        this.settings = settings;
        this.run = run;
        this.posix = posix;
    }

    @Override
    public Handle next() throws IOException {
        Path pidFile = run.path().resolve(PID_FILE);
        if (!launcherAsked && Files.exists(pidFile)) {
            launcherAsked = true;
            int pid = Integer.parseInt(Files.readString(pidFile).strip());
            return new ProcessOf(ZygoteProcess.attach(pid, posix), run);
        }
        launcherAsked = true;
        Files.deleteIfExists(run.zygoteSocket());
        Files.deleteIfExists(run.path().resolve(IMPORTING_FILE));
        return new ProcessOf(ZygoteProcess.start(command()), run);
    }

    private ZygoteCommand command() throws IOException {
        return new ZygoteCommand(
                settings.python(), HarnessFiles.locate(), run, settings.pytestArgs(), settings.projectDir(), Map.of());
    }

    private record ProcessOf(ZygoteProcess process, RunDirectory run) implements Handle {
        @Override
        public SocketChannel connect(Duration patience) throws IOException {
            return ControlSocket.connect(run, patience, process::isAlive);
        }

        @Override
        public String importing() {
            try {
                byte[] path = Files.readAllBytes(run.path().resolve(IMPORTING_FILE));
                return new String(path, StandardCharsets.UTF_8);
            } catch (IOException e) {
                return ""; // it never imported anything, or let us in before it did
            }
        }

        @Override
        public CompletionStage<Optional<Death>> ended() {
            return process.ended().thenApply(status -> status.map(Deaths::of));
        }

        @Override
        public void kill() {
            process.killHard();
        }

        @Override
        public void release() {
            try {
                process.release();
            } catch (IOException e) {
                process.killHard(); // a lifeline that cannot be let go of tells it nothing
            }
        }
    }
}

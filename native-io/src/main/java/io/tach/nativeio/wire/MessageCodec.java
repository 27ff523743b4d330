package io.tach.nativeio.wire;

import static io.tach.nativeio.wire.WireDescriptor.*;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Messages to and from a frame's payload: the command byte and the CBOR body, without the length. The supervisor uses the
 * four methods of its side; the other four serve tests that play a zygote or a worker. Stateless, for any thread.
 */
public final class MessageCodec {
    private MessageCodec() {}

    /** The payload of a message for the zygote. */
    public static ByteBuffer encode(ToZygote message) {
        if (message instanceof ToZygote.Fork m) {
            return CborTree.write(CMD_FORK, ZygoteForms.forkForm(m));
        } else if (message instanceof ToZygote.Kill m) {
            return CborTree.write(CMD_KILL, ZygoteForms.killForm(m));
        } else if (message instanceof ToZygote.Reports m) {
            return CborTree.write(CMD_REPORTS, ZygoteForms.reportsForm(m));
        } else if (message instanceof ToZygote.Finish m) {
            return CborTree.write(CMD_FINISH, ZygoteForms.finishForm(m));
        } else if (message instanceof ToZygote.CollectAll) {
            return CborTree.write(CMD_COLLECT_ALL, Map.of());
        }
        return CborTree.write(CMD_EXIT, Map.of());
    }

    /** The payload of a message for a worker. */
    public static ByteBuffer encode(ToWorker message) {
        if (message instanceof ToWorker.RunTest m) {
            return CborTree.write(CMD_RUN_TEST, listForm("tests", WorkerForms::payloadForm, m.tests()));
        } else if (message instanceof ToWorker.Collect m) {
            return CborTree.write(CMD_COLLECT, Map.of("units", m.units()));
        } else if (message instanceof ToWorker.SignalTest m) {
            return CborTree.write(CMD_SIGNAL_TEST, Map.of("test_id", m.testId(), "signal", m.signal()));
        } else if (message instanceof ToWorker.Drain) {
            return CborTree.write(CMD_DRAIN, Map.of());
        }
        return CborTree.write(CMD_EXIT, Map.of());
    }

    /** The payload of a message from the zygote. */
    public static ByteBuffer encode(FromZygote message) {
        if (message instanceof FromZygote.Ready m) {
            return CborTree.write(MSG_READY, ZygoteForms.readyForm(m));
        } else if (message instanceof FromZygote.BootFailed m) {
            return CborTree.write(MSG_BOOT_FAILED, ZygoteForms.bootFailedForm(m));
        } else if (message instanceof FromZygote.Collecting m) {
            return CborTree.write(MSG_COLLECTING, Map.of("path", m.path()));
        } else if (message instanceof FromZygote.Forked m) {
            return CborTree.write(MSG_FORKED, Map.of("worker", m.worker(), "pid", m.pid()));
        } else if (message instanceof FromZygote.Exited m) {
            return CborTree.write(MSG_EXITED, ZygoteForms.exitedForm(m));
        } else if (message instanceof FromZygote.Summary m) {
            return CborTree.write(MSG_SUMMARY, ZygoteForms.summaryForm(m));
        } else if (message instanceof FromZygote.Units m) {
            return CborTree.write(MSG_UNITS, ZygoteForms.unitsForm(m));
        }
        return encodeShared(message);
    }

    /** The payload of a message from a worker. */
    public static ByteBuffer encode(FromWorker message) {
        if (message instanceof FromWorker.WorkerReady m) {
            return CborTree.write(MSG_WORKER_READY, WorkerForms.workerReadyForm(m));
        } else if (message instanceof FromWorker.Started m) {
            return CborTree.write(MSG_STARTED, Map.of("test_id", m.testId()));
        } else if (message instanceof FromWorker.Again m) {
            return CborTree.write(MSG_AGAIN, Map.of("test_id", m.testId()));
        } else if (message instanceof FromWorker.Report m) {
            return CborTree.write(MSG_REPORT, SharedForms.reportForm(m));
        } else if (message instanceof FromWorker.Result m) {
            return CborTree.write(MSG_RESULT, WorkerForms.resultForm(m));
        } else if (message instanceof FromWorker.Stopping m) {
            return CborTree.write(MSG_STOPPING, WorkerForms.stoppingForm(m));
        } else if (message instanceof FromWorker.NotRun m) {
            return CborTree.write(MSG_NOT_RUN, Map.of("tests", m.tests()));
        } else if (message instanceof FromWorker.Rewinds m) {
            return CborTree.write(MSG_REWINDS, WorkerForms.rewindsForm(m));
        } else if (message instanceof FromWorker.Leaving) {
            return CborTree.write(MSG_LEAVING, Map.of());
        }
        return encodeShared(message);
    }

    /** What both peers may send; both sealed interfaces end in these three. */
    private static ByteBuffer encodeShared(Object message) {
        if (message instanceof Collected m) {
            return CborTree.write(MSG_COLLECTED, SharedForms.collectedForm(m));
        } else if (message instanceof Warning m) {
            return CborTree.write(MSG_WARNING, SharedForms.warningForm(m));
        }
        return CborTree.write(MSG_NOTE, Map.of("text", ((Note) message).text()));
    }

    /**
     * Reads a message of the zygote.
     *
     * @param payload from the command byte to the limit; not moved, nothing of it is kept
     * @throws WireException if it is none
     */
    public static FromZygote decodeFromZygote(ByteBuffer payload) throws WireException {
        int command = command(payload);
        Body body = body(payload, command);
        return switch (command) {
            case MSG_READY -> ZygoteForms.ready(body);
            case MSG_COLLECTING -> new FromZygote.Collecting(body.text("path"));
            case MSG_BOOT_FAILED -> ZygoteForms.bootFailed(body);
            case MSG_FORKED -> new FromZygote.Forked(body.u32("worker"), body.u32("pid"));
            case MSG_EXITED -> ZygoteForms.exited(body);
            case MSG_SUMMARY -> ZygoteForms.summary(body);
            case MSG_NOTE -> new Note(body.text("text"));
            case MSG_UNITS -> ZygoteForms.units(body);
            case MSG_COLLECTED -> SharedForms.collected(body);
            case MSG_WARNING -> SharedForms.warning(body);
            default -> throw unknown(command);
        };
    }

    /** Reads a message of a worker, as {@link #decodeFromZygote}. */
    public static FromWorker decodeFromWorker(ByteBuffer payload) throws WireException {
        int command = command(payload);
        Body body = body(payload, command);
        return switch (command) {
            case MSG_WORKER_READY -> WorkerForms.workerReady(body);
            case MSG_STARTED -> new FromWorker.Started(body.u32("test_id"));
            case MSG_AGAIN -> new FromWorker.Again(body.u32("test_id"));
            case MSG_REPORT -> SharedForms.report(body);
            case MSG_RESULT -> WorkerForms.result(body);
            case MSG_STOPPING -> WorkerForms.stopping(body);
            case MSG_NOT_RUN -> new FromWorker.NotRun(body.list("tests", Body::u32));
            case MSG_REWINDS -> WorkerForms.rewinds(body);
            case MSG_LEAVING -> new FromWorker.Leaving();
            case MSG_COLLECTED -> SharedForms.collected(body);
            case MSG_WARNING -> SharedForms.warning(body);
            case MSG_NOTE -> new Note(body.text("text"));
            default -> throw unknown(command);
        };
    }

    /** Reads a message for the zygote, as {@link #decodeFromZygote}. */
    public static ToZygote decodeToZygote(ByteBuffer payload) throws WireException {
        int command = command(payload);
        Body body = body(payload, command);
        return switch (command) {
            case CMD_EXIT -> new ToZygote.Exit();
            case CMD_FORK -> ZygoteForms.fork(body);
            case CMD_KILL -> ZygoteForms.kill(body);
            case CMD_REPORTS -> ZygoteForms.reports(body);
            case CMD_FINISH -> ZygoteForms.finish(body);
            case CMD_COLLECT_ALL -> new ToZygote.CollectAll();
            default -> throw unknown(command);
        };
    }

    /** Reads a message for a worker, as {@link #decodeFromZygote}. */
    public static ToWorker decodeToWorker(ByteBuffer payload) throws WireException {
        int command = command(payload);
        Body body = body(payload, command);
        return switch (command) {
            case CMD_EXIT -> new ToWorker.Exit();
            case CMD_RUN_TEST -> new ToWorker.RunTest(body.list("tests", WorkerForms::payload));
            case CMD_COLLECT -> new ToWorker.Collect(body.list("units", Body::u32));
            case CMD_SIGNAL_TEST -> new ToWorker.SignalTest(body.u32("test_id"), body.u8("signal"));
            case CMD_DRAIN -> new ToWorker.Drain();
            default -> throw unknown(command);
        };
    }

    private static <T> Map<String, Object> listForm(String key, Function<T, Map<String, Object>> form, List<T> items) {
        return new BodyBuilder().putAll(key, items, form).map();
    }

    private static int command(ByteBuffer payload) throws WireException {
        if (payload.remaining() < MIN_FRAME_LENGTH) {
            throw new WireException("bad-length", "bytes=" + payload.remaining());
        }
        return payload.get(payload.position()) & 0xff;
    }

    private static Body body(ByteBuffer payload, int command) throws WireException {
        return Body.read(payload.duplicate().position(payload.position() + 1), command);
    }

    private static WireException unknown(int command) {
        return new WireException("unknown-command", "command=0x" + Integer.toHexString(command));
    }
}

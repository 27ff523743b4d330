package io.tach.nativeio.wire;

/**
 * The constants of {@code docs/protocol.md}, once for Java. {@code tach_harness/base/_wire.py} holds the same ones under the
 * same names; a test compares the two.
 *
 * <pre>
 *   0        1        2        3        4        5                    4+length
 *  +--------+--------+--------+--------+--------+----------- - - ----+
 *  |  length, unsigned 32 bit, LE      |command |  body: one CBOR map |
 *  +--------+--------+--------+--------+--------+----------- - - ----+
 * </pre>
 */
public final class WireDescriptor {
    public static final int PROTOCOL_VERSION = 1;

    /** Bytes of the length prefix. */
    public static final int LENGTH_BYTES = 4;
    /** The least a length can say: a command and an empty map. */
    public static final int MIN_FRAME_LENGTH = 2;
    /** The most a length can say, in bytes. */
    public static final int MAX_FRAME_LENGTH = 16 * 1024 * 1024;
    /** How deep CBOR may nest. */
    public static final int MAX_DEPTH = 64;
    /** Bytes of the secret a worker shows in its first frame. */
    public static final int TOKEN_BYTES = 16;

    public static final int CMD_EXIT = 0x00;
    public static final int CMD_FORK = 0x01;
    public static final int CMD_RUN_TEST = 0x02;
    public static final int CMD_KILL = 0x03;
    public static final int CMD_REPORTS = 0x04;
    public static final int CMD_FINISH = 0x05;
    public static final int CMD_COLLECT_ALL = 0x06;
    public static final int CMD_COLLECT = 0x07;
    public static final int CMD_SIGNAL_TEST = 0x08;
    public static final int CMD_DRAIN = 0x09;

    public static final int MSG_READY = 0x42;
    public static final int MSG_WORKER_READY = 0x43;
    public static final int MSG_COLLECTING = 0x44;
    public static final int MSG_BOOT_FAILED = 0x45;
    public static final int MSG_FORKED = 0x46;
    public static final int MSG_EXITED = 0x47;
    public static final int MSG_SUMMARY = 0x48;
    public static final int MSG_NOTE = 0x49;
    public static final int MSG_UNITS = 0x4a;
    public static final int MSG_COLLECTED = 0x50;
    public static final int MSG_STARTED = 0x51;
    public static final int MSG_REPORT = 0x52;
    public static final int MSG_RESULT = 0x53;
    public static final int MSG_WARNING = 0x54;
    public static final int MSG_STOPPING = 0x55;
    public static final int MSG_NOT_RUN = 0x56;
    public static final int MSG_LEAVING = 0x57;
    public static final int MSG_REWINDS = 0x58;
    public static final int MSG_AGAIN = 0x59;

    public static final int STATUS_PASS = 0;
    public static final int STATUS_FAIL = 1;
    public static final int STATUS_SKIP = 2;
    public static final int STATUS_CRASH = 3;
    public static final int STATUS_ERROR = 4;
    public static final int STATUS_HARNESS_ERROR = 5;
    public static final int STATUS_TIMEOUT = 6;

    /** The signal on which a worker writes all its stacks. */
    public static final int SIGNAL_STACKS = 61;

    /** Bytes of the slot page. */
    public static final int SLOT_BYTES = 4096;
    /** The slot's first word, {@code "TACH"} read as a little-endian number. */
    public static final int SLOT_MAGIC = 0x48434154;

    public static final int SLOT_VERSION = 1;
    public static final int SLOT_TEST_ID = 8;
    public static final int SLOT_PHASE = 12;
    public static final int SLOT_CHILD_PID = 16;
    public static final int SLOT_UNIT = 20;
    public static final int SLOT_STOP = 24;
    public static final int SLOT_STARTED_NS = 32;
    /** What stands in {@code test_id} and {@code unit} while there is none: all bits set. */
    public static final int SLOT_NONE = -1;

    public static final int PHASE_IDLE = 0;
    public static final int PHASE_COLLECT = 1;
    public static final int PHASE_SETUP = 2;
    public static final int PHASE_CALL = 3;
    public static final int PHASE_TEARDOWN = 4;
    public static final int PHASE_FINISH = 5;
    public static final int PHASE_BOOT = 6;

    private WireDescriptor() {}
}

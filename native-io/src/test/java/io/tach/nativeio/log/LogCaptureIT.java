package io.tach.nativeio.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tach.nativeio.posix.JnrPosix;
import io.tach.nativeio.testing.PythonChild;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against the memfd of a real process. */
class LogCaptureIT {
    private static final int SLOT = 3;

    private final LogCapture capture = new LogCapture();
    private PythonChild child;
    private int fd;

    @BeforeEach
    void openLog() throws IOException {
        child = new PythonChild();
        fd = Integer.parseInt(child.run("answer = fd = os.memfd_create('log')"));
        capture.attach(SLOT, ProcFd.open(child.pid(), fd));
    }

    @AfterEach
    void close() throws Exception {
        capture.close();
        child.killHard();
    }

    @Test
    void shouldReadWhatCameSinceTheLastTime() throws IOException {
        child.run("os.write(fd, b'first')");
        assertEquals("first", capture.readAndClear(SLOT));

        child.run("os.write(fd, b' second')");
        assertEquals(" second", capture.readAndClear(SLOT));
        assertEquals("", capture.readAndClear(SLOT));
    }

    @Test
    void shouldReadAfterTheProcessWasKilled() throws Exception {
        child.run("os.write(fd, 'Fatal: \u00e4'.encode() + b'\\xff')");
        child.killHard();

        assertEquals("Fatal: \u00e4\ufffd", capture.readAndClear(SLOT));
    }

    @Test
    void shouldLeaveTheMiddleOfALongLogOut() throws IOException {
        child.run("os.write(fd, b'head' + b'x' * (3 << 20) + b'tail')");

        String text = capture.readAndClear(SLOT);

        assertTrue(text.startsWith("headxxx"), text.substring(0, 10));
        assertTrue(text.endsWith("xxxtail"));
        assertTrue(text.contains("\n... " + ((2 << 20) + 8) + " bytes left out ...\n"));
    }

    @Test
    void shouldReadTheEndOfASparseGiant() throws IOException {
        child.run("os.lseek(fd, 1 << 40, 0); os.write(fd, b'the end')");

        assertEquals("the end", capture.tail(SLOT, 4096));
        assertTrue(capture.readAndClear(SLOT).endsWith("the end"));
    }

    @Test
    void shouldStartAgainAfterATestTruncatedItsOutput() throws IOException {
        child.run("os.write(fd, b'long long ago')");
        capture.readAndClear(SLOT);

        child.run("os.ftruncate(fd, 0); os.lseek(fd, 0, 0); os.write(fd, b'new')");

        assertEquals("new", capture.readAndClear(SLOT));
    }

    @Test
    void shouldGiveTheMemoryOfAFloodBackAndKeepItsEnd() throws IOException {
        child.run("os.write(fd, b'x' * (1 << 20) + b'the end')");

        assertTrue(capture.punch(SLOT, ProcFd.path(child.pid(), fd), 8192, new JnrPosix()));

        assertEquals("the end", capture.tail(SLOT, 7));
        assertTrue(blocks() <= 4 * 8, "512-byte blocks left: " + blocks());
        assertFalse(capture.punch(SLOT, ProcFd.path(child.pid(), fd), 8192, new JnrPosix()));
    }

    private long blocks() {
        return Long.parseLong(child.run("answer = os.fstat(fd).st_blocks"));
    }

    @Test
    void shouldForgetASlot() throws IOException {
        FileChannel file = capture.channel(SLOT).orElseThrow();
        assertEquals(1, capture.slotCount());

        capture.detach(SLOT);

        assertFalse(file.isOpen());
        assertEquals(0, capture.slotCount());
        assertEquals(Optional.empty(), capture.channel(SLOT));
        assertEquals("", capture.readAndClear(SLOT));
        assertEquals("", capture.tail(SLOT, 10));
    }

    @Test
    void shouldCloseTheFileThatAnotherReplaces() throws IOException {
        FileChannel before = capture.channel(SLOT).orElseThrow();

        capture.attach(SLOT, ProcFd.open(child.pid(), fd));

        assertFalse(before.isOpen());
    }

    @Test
    void shouldSayThatADescriptorIsNotThere() {
        assertThrows(IOException.class, () -> ProcFd.open(child.pid(), 999));
        assertFalse(Files.exists(ProcFd.path(child.pid(), 999)));
    }
}

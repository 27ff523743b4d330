package io.tach.nativeio.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class MemoryRegionTest {

    @Test
    void shouldReadAFilesMapping() {
        MemoryRegion region = MemoryRegion.parse(
                "7f1c2a400000-7f1c2a428000 r-xp 00028000 08:01 1835  /usr/lib/a b/libc.so.6 (deleted)");

        assertEquals(
                new MemoryRegion(
                        0x7f1c2a400000L,
                        0x7f1c2a428000L,
                        MemoryRegion.READ | MemoryRegion.EXECUTE,
                        false,
                        "/usr/lib/a b/libc.so.6 (deleted)"),
                region);
        assertFalse(region.isAnonymous());
        assertEquals(0x28000, region.bytes());
    }

    @Test
    void shouldReadAnAnonymousMapping() {
        MemoryRegion region = MemoryRegion.parse("7f00000000-7f00001000 rw-s 00000000 00:00 0 ");

        assertEquals(
                new MemoryRegion(0x7f00000000L, 0x7f00001000L, MemoryRegion.READ | MemoryRegion.WRITE, true, ""),
                region);
        assertTrue(region.isAnonymous() && region.isWritable() && region.isReadable());
        assertTrue(region.contains(0x7f00000fffL) && !region.contains(0x7f00001000L));
    }

    @Test
    void shouldReadTheAddressesOfTheKernelsHalf() {
        MemoryRegion region = MemoryRegion.parse("ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0  [vsyscall]");

        assertEquals(4096, region.bytes());
        assertTrue(region.contains(0xffffffffff600800L));
        assertEquals("ffffffffff600000-ffffffffff601000 --xp [vsyscall]", region.toString());
    }

    @Test
    void segmentsShouldBeWholePages() {
        assertThrows(IllegalArgumentException.class, () -> new AlignedSegment(1, ByteBuffer.allocate(4096)));
        assertThrows(IllegalArgumentException.class, () -> new AlignedSegment(4096, ByteBuffer.allocate(4095)));
        assertEquals(2, new AlignedSegment(4096, ByteBuffer.allocate(8192)).pages());
    }

    @Test
    void segmentsShouldCountTheBytesThatDiffer() {
        byte[] other = new byte[4096];
        other[0] = 1;
        other[4095] = 2;
        AlignedSegment zeros = new AlignedSegment(0, ByteBuffer.allocate(4096));

        assertEquals(2, zeros.differingBytes(new AlignedSegment(0, ByteBuffer.wrap(other))));
        assertEquals(0, zeros.differingBytes(zeros));
    }
}

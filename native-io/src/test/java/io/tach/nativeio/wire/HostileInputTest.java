package io.tach.nativeio.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever a peer sends, a reader gets a message or a {@link WireException}. */
class HostileInputTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            bad-length      | ''                                       | nothing
            bad-length      | 51                                       | no body
            unknown-command | 7f a0                                    | a command nobody has
            unknown-command | 01 a0                                    | a command that goes the other way
            not-a-map       | 51 80                                    | an array
            not-a-map       | 51 f6                                    | null
            missing-key     | 51 a0                                    | an empty map
            missing-key     | 51 a1 67746573745f6964 f6                | null in the place of a number
            wrong-type      | 51 a1 67746573745f6964 61 31             | a text in the place of a number
            wrong-type      | 51 a1 67746573745f6964 f5                | a bool in the place of a number
            wrong-type      | 51 a1 67746573745f6964 fb 3ff0000000000000 | a float in the place of a number
            wrong-type      | 49 a1 6474657874 01                      | a number in the place of a text
            wrong-type      | 56 a1 657465737473 a0                    | a map in the place of a list
            wrong-type      | 56 a1 657465737473 81 6131               | a list of texts for one of numbers
            out-of-range    | 51 a1 67746573745f6964 20                | a negative id
            out-of-range    | 51 a1 67746573745f6964 1a 80000000       | an id of 2^31
            out-of-range    | 51 a1 67746573745f6964 1b ffffffffffffffff | an id of 2^64-1
            out-of-range    | 51 a1 67746573745f6964 3b ffffffffffffffff | an id of -2^64
            bad-cbor        | 51 a1                                    | a map without its entry
            bad-cbor        | 51 a1 67746573745f6964                   | a key without a value
            bad-cbor        | 51 a1 67746573745f6964 1a 0000           | a number cut short
            bad-cbor        | 51 a0 00                                 | something after the map
            bad-cbor        | 51 bf ff                                 | a map of unknown length
            bad-cbor        | 51 a1 6161 9f ff                         | a list of unknown length
            bad-cbor        | 51 a1 6161 7f ff                         | a text of unknown length
            bad-cbor        | 51 a1 6161 5f ff                         | bytes of unknown length
            bad-cbor        | 51 a1 6161 c1 00                         | a tag
            bad-cbor        | 51 a1 6161 f9 3c00                       | a short float
            bad-cbor        | 51 a1 6161 f7                            | undefined
            bad-cbor        | 51 a1 6161 1c                            | a reserved length
            bad-cbor        | 51 bb ffffffffffffffff                   | a map of 2^64-1 entries
            bad-cbor        | 51 a1 6161 9a ffffffff                   | a list of 2^32-1 values
            bad-cbor        | 51 a1 6161 7b 7fffffffffffffff           | a text of 2^63-1 bytes
            bad-cbor        | 51 a1 6161 5a ffffffff                   | bytes that are not there
            bad-cbor        | 51 a1 80 00                              | a list as a key
            """)
    void shouldNameTheViolation(String slug, String hex, String what) {
        ByteBuffer payload = ByteBuffer.wrap(HexFormat.of().parseHex(hex.replace(" ", "")));

        WireException failure = assertThrows(WireException.class, () -> MessageCodec.decodeFromWorker(payload), what);

        assertEquals(slug, failure.slug(), what);
    }

    @Test
    void shouldIgnoreAnUnknownKeyWhateverItHolds() throws WireException {
        ByteBuffer payload = ByteBuffer.wrap(HexFormat.of().parseHex("57" + "a1" + "6161" + "82a1616282f6f5" + "20"));

        assertEquals(new FromWorker.Leaving(), MessageCodec.decodeFromWorker(payload));
    }

    @Test
    void shouldRefuseWhatNestsTooDeep() throws WireException {
        // The body's own map is the first level.
        MessageCodec.decodeFromWorker(nested(WireDescriptor.MAX_DEPTH - 1));

        WireException failure = assertThrows(
                WireException.class, () -> MessageCodec.decodeFromWorker(nested(WireDescriptor.MAX_DEPTH)));

        assertEquals("too-deep", failure.slug());
    }

    private static ByteBuffer nested(int lists) {
        ByteBuffer payload = ByteBuffer.allocate(5 + lists);
        payload.put((byte) WireDescriptor.MSG_LEAVING)
                .put((byte) 0xa1)
                .put((byte) 0x61)
                .put((byte) 'a');
        for (int i = 1; i < lists; i++) {
            payload.put((byte) 0x81);
        }
        return payload.put((byte) 0x80).flip();
    }

    @Test
    void shouldRefuseMoreValuesThanAnyMessageHas() {
        int values = CborShape.MAX_VALUES;
        ByteBuffer payload = ByteBuffer.allocate(16 + values);
        payload.put((byte) WireDescriptor.MSG_LEAVING)
                .put((byte) 0xa1)
                .put((byte) 0x61)
                .put((byte) 'a');
        payload.put((byte) 0x9a)
                .putInt(values)
                .position(payload.position() + values)
                .flip();

        WireException failure = assertThrows(WireException.class, () -> MessageCodec.decodeFromWorker(payload));

        assertEquals("too-many-values", failure.slug());
    }

    @Test
    void shouldSurviveRandomBytes() {
        Random random = new Random(20261124);
        int refused = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[random.nextInt(64)];
            random.nextBytes(bytes);
            refused += refuses(ByteBuffer.wrap(bytes)) ? 1 : 0;
        }
        assertEquals(20_000, refused, "random bytes were taken for a message");
    }

    @Test
    void shouldSurviveFlippedBits() {
        Random random = new Random(20261124);
        for (FromWorker message : SampleMessages.FROM_WORKER) {
            ByteBuffer good = MessageCodec.encode(message);
            for (int i = 0; i < 2_000; i++) {
                byte[] bytes = new byte[good.remaining()];
                good.duplicate().get(bytes);
                bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
                refuses(ByteBuffer.wrap(bytes)); // anything but a WireException fails the test
            }
        }
    }

    private static boolean refuses(ByteBuffer payload) {
        try {
            MessageCodec.decodeFromWorker(payload);
            return false;
        } catch (WireException e) {
            return true;
        }
    }
}

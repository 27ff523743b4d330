package io.tach.nativeio.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The frames that Python made, and that its own tests read too. */
class GoldenFramesTest {
    private static final Path FRAMES = Path.of("src/test/frames");

    static Stream<JsonNode> good() throws IOException {
        return described("good");
    }

    static Stream<JsonNode> bad() throws IOException {
        return described("bad");
    }

    private static Stream<JsonNode> described(String kind) throws IOException {
        JsonNode frames = new ObjectMapper()
                .readTree(FRAMES.resolve("frames.json").toFile())
                .get(kind);
        return StreamSupport.stream(frames.spliterator(), false);
    }

    private static ByteBuffer payload(JsonNode frame) throws IOException {
        Path file = FRAMES.resolve(frame.get("name").asText() + ".cbor");
        FrameReader reader = new FrameReader(Channels.newChannel(Files.newInputStream(file)));
        return reader.next().orElseThrow();
    }

    @ParameterizedTest
    @MethodSource("good")
    void shouldReadTheDescribedBody(JsonNode frame) throws IOException {
        ByteBuffer payload = payload(frame);

        assertEquals(frame.get("command").asInt(), payload.get(0) & 0xff);
        assertEquals(value(frame.get("body")), CborTree.read(payload.slice(1, payload.remaining() - 1)));
    }

    /** Four readers, of which the command belongs to one or, for what both peers may say, to two. */
    @ParameterizedTest
    @MethodSource("good")
    void shouldTakeItForAMessage(JsonNode frame) throws IOException {
        ByteBuffer payload = payload(frame);
        List<Object> messages = new ArrayList<>();
        for (Reader reader : List.<Reader>of(
                MessageCodec::decodeToZygote,
                MessageCodec::decodeToWorker,
                MessageCodec::decodeFromZygote,
                MessageCodec::decodeFromWorker)) {
            readInto(messages, reader, payload);
        }
        assertTrue(messages.size() == 1 || messages.size() == 2, messages.toString());
    }

    private interface Reader {
        Object read(ByteBuffer payload) throws WireException;
    }

    private static void readInto(List<Object> messages, Reader reader, ByteBuffer payload) throws WireException {
        try {
            messages.add(reader.read(payload));
        } catch (WireException e) {
            if (!e.slug().equals("unknown-command")) {
                throw e;
            }
        }
    }

    @ParameterizedTest
    @MethodSource("bad")
    void shouldRefuse(JsonNode frame) {
        assertThrows(
                WireException.class,
                () -> MessageCodec.decodeFromWorker(payload(frame)),
                frame.get("why").asText());
    }

    /** A described value as the tree holds it; {@code $bytes}, {@code $float} and {@code $map} say what JSON cannot. */
    private static Object value(JsonNode node) {
        if (node.has("$bytes")) {
            return ByteBuffer.wrap(HexFormat.of().parseHex(node.get("$bytes").asText()));
        } else if (node.has("$float")) {
            return node.get("$float").asDouble();
        } else if (node.has("$map")) {
            Map<String, Object> map = new HashMap<>();
            node.get("$map").forEach(pair -> map.put(pair.get(0).asText(), value(pair.get(1))));
            return map;
        } else if (node.isObject()) {
            Map<String, Object> map = new HashMap<>();
            node.properties().forEach(entry -> map.put(entry.getKey(), value(entry.getValue())));
            return map;
        } else if (node.isArray()) {
            List<Object> list = new ArrayList<>();
            node.forEach(each -> list.add(value(each)));
            return list;
        }
        return scalar(node);
    }

    private static Object scalar(JsonNode node) {
        if (node.isTextual()) {
            return node.asText();
        } else if (node.isBoolean()) {
            return node.asBoolean();
        }
        return node.isNull() ? null : (Object) node.asLong();
    }
}

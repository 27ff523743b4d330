package io.tach.nativeio.wire;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.fasterxml.jackson.dataformat.cbor.CBORGenerator;
import com.fasterxml.jackson.dataformat.cbor.CBORParser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Plain values to and from CBOR through Jackson's streaming API, which starts in milliseconds where databind does not.
 *
 * <p>Values are {@code Map} (keys text or {@code Integer}; always text when read), {@code List}, {@code String},
 * read-only {@code ByteBuffer}, {@code Integer} or {@code Long}, {@code Double}, {@code Boolean} and, when read, null.
 */
final class CborTree {
    private static final int TYPICAL_BYTES = 256;

    private static final CBORFactory FACTORY = CBORFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(WireDescriptor.MAX_DEPTH)
                    .maxStringLength(WireDescriptor.MAX_FRAME_LENGTH)
                    .build())
            .build();

    private CborTree() {}

    /** A frame's payload: the command byte, then the body. */
    static ByteBuffer write(int command, Map<?, ?> body) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(TYPICAL_BYTES);
        out.write(command);
        try (CBORGenerator cbor = FACTORY.createGenerator(out)) {
            writeMap(cbor, body);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write to memory", e);
        }
        return ByteBuffer.wrap(out.toByteArray());
    }

    private static void writeValue(CBORGenerator cbor, Object value) throws IOException {
        if (value instanceof String text) {
            writeText(cbor, text);
        } else if (value instanceof Number number) {
            writeNumber(cbor, number);
        } else if (value instanceof Boolean flag) {
            cbor.writeBoolean(flag);
        } else if (value instanceof ByteBuffer bytes) {
            writeBytes(cbor, bytes);
        } else if (value instanceof Map<?, ?> map) {
            writeMap(cbor, map);
        } else if (value instanceof List<?> list) {
            writeList(cbor, list);
        } else if (value == null) {
            cbor.writeNull();
        } else {
            throw new IllegalArgumentException("no wire form: class=" + value.getClass());
        }
    }

    private static void writeMap(CBORGenerator cbor, Map<?, ?> map) throws IOException {
        cbor.writeStartObject(map, map.size());
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            if (entry.getKey() instanceof Integer number) {
                cbor.writeFieldId(number);
            } else {
                cbor.writeFieldName((String) entry.getKey());
            }
            writeValue(cbor, entry.getValue());
        }
        cbor.writeEndObject();
    }

    private static void writeList(CBORGenerator cbor, List<?> list) throws IOException {
        cbor.writeStartArray(list, list.size());
        for (Object value : list) {
            writeValue(cbor, value);
        }
        cbor.writeEndArray();
    }

    private static void writeNumber(CBORGenerator cbor, Number number) throws IOException {
        if (number instanceof Double) {
            cbor.writeNumber(number.doubleValue());
        } else {
            cbor.writeNumber(number.longValue());
        }
    }

    /** Encodes here: Jackson would send a long text in chunks of unknown number, and refuses lone surrogates. */
    private static void writeText(CBORGenerator cbor, String text) throws IOException {
        Optional<ByteBuffer> utf8 = WireText.utf8(text);
        if (utf8.isPresent()) {
            ByteBuffer bytes = utf8.get();
            cbor.writeUTF8String(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
        } else {
            writeBytes(cbor, WireText.surrogatePass(text));
        }
    }

    private static void writeBytes(CBORGenerator cbor, ByteBuffer bytes) throws IOException {
        byte[] copy = new byte[bytes.remaining()];
        bytes.duplicate().get(copy);
        cbor.writeBinary(copy);
    }

    /**
     * The body of a frame.
     *
     * @param body from its position to its limit; neither is moved, nothing of it is kept
     * @throws WireException if it is not one well-formed map
     */
    static Map<String, Object> read(ByteBuffer body) throws WireException {
        CborShape.check(body);
        byte[] bytes = new byte[body.remaining()];
        body.duplicate().get(bytes);
        try (CBORParser cbor = FACTORY.createParser(bytes)) {
            cbor.nextToken();
            return readMap(cbor);
        } catch (WireException e) {
            throw e;
        } catch (IOException e) {
            throw new WireException("bad-cbor", "reason=" + e.getMessage(), e);
        }
    }

    private static Map<String, Object> readMap(CBORParser cbor) throws IOException {
        Map<String, Object> map = new HashMap<>();
        for (String key = cbor.nextFieldName(); key != null; key = cbor.nextFieldName()) {
            cbor.nextToken();
            map.put(key, readValue(cbor));
        }
        return map;
    }

    private static List<Object> readList(CBORParser cbor) throws IOException {
        List<Object> list = new ArrayList<>();
        while (cbor.nextToken() != JsonToken.END_ARRAY) {
            list.add(readValue(cbor));
        }
        return list;
    }

    private static Object readValue(CBORParser cbor) throws IOException {
        return switch (cbor.currentToken()) {
            case START_OBJECT -> readMap(cbor);
            case START_ARRAY -> readList(cbor);
            case VALUE_STRING -> cbor.getText();
            case VALUE_EMBEDDED_OBJECT -> ByteBuffer.wrap(cbor.getBinaryValue()).asReadOnlyBuffer();
            case VALUE_NUMBER_INT -> readInteger(cbor);
            case VALUE_NUMBER_FLOAT -> cbor.getDoubleValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            default -> throw new WireException("bad-cbor", "token=" + cbor.currentToken());
        };
    }

    private static Object readInteger(CBORParser cbor) throws IOException {
        if (cbor.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
            throw new WireException("out-of-range", "integer=" + cbor.getBigIntegerValue());
        }
        return cbor.getLongValue();
    }
}

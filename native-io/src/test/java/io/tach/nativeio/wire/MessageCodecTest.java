package io.tach.nativeio.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class MessageCodecTest {

    @ParameterizedTest
    @FieldSource("io.tach.nativeio.wire.SampleMessages#TO_ZYGOTE")
    void shouldBringMessagesToTheZygote(ToZygote message) throws WireException {
        assertEquals(message, MessageCodec.decodeToZygote(MessageCodec.encode(message)));
    }

    @ParameterizedTest
    @FieldSource("io.tach.nativeio.wire.SampleMessages#TO_WORKER")
    void shouldBringMessagesToAWorker(ToWorker message) throws WireException {
        assertEquals(message, MessageCodec.decodeToWorker(MessageCodec.encode(message)));
    }

    @ParameterizedTest
    @FieldSource("io.tach.nativeio.wire.SampleMessages#FROM_ZYGOTE")
    void shouldBringMessagesFromTheZygote(FromZygote message) throws WireException {
        assertEquals(message, MessageCodec.decodeFromZygote(MessageCodec.encode(message)));
    }

    @ParameterizedTest
    @FieldSource("io.tach.nativeio.wire.SampleMessages#FROM_WORKER")
    void shouldBringMessagesFromAWorker(FromWorker message) throws WireException {
        assertEquals(message, MessageCodec.decodeFromWorker(MessageCodec.encode(message)));
    }

    @Test
    void shouldHaveASampleOfEveryMessage() {
        assertEquals(messages(ToZygote.class), classes(SampleMessages.TO_ZYGOTE));
        assertEquals(messages(ToWorker.class), classes(SampleMessages.TO_WORKER));
        assertEquals(messages(FromZygote.class), classes(SampleMessages.FROM_ZYGOTE));
        assertEquals(messages(FromWorker.class), classes(SampleMessages.FROM_WORKER));
    }

    private static Set<Class<?>> messages(Class<?> sealed) {
        return Set.of(sealed.getPermittedSubclasses());
    }

    private static Set<Class<?>> classes(List<?> samples) {
        return samples.stream().<Class<?>>map(Object::getClass).collect(Collectors.toSet());
    }

    @Test
    void shouldSendALongTextInOnePiece() throws WireException {
        String text = "\u00e4".repeat(100_000);

        Note note = new Note(text);

        assertEquals(note, MessageCodec.decodeFromZygote(MessageCodec.encode((FromZygote) note)));
    }

    @Test
    void shouldKeepTextsThatAreNotUnicode() throws WireException {
        List<String> texts = Stream.of("\ud800", "x\udfffy", "\udc80\ud83d\ude00\u00e4\uffff", "\ud83d")
                .toList();

        for (String text : texts) {
            Note note = new Note(text);
            assertEquals(note, MessageCodec.decodeFromWorker(MessageCodec.encode((FromWorker) note)));
        }
    }
}

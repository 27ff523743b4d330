package io.tach.nativeio.wire;

/** A name with a text, such as a section of captured output or a recorded property. */
public record NamedText(String name, String text) {}

package io.tach.nativeio.wire;

/** MSG_NOTE: one line for the user, such as why something is done the slower way. */
public record Note(String text) implements FromZygote, FromWorker {}

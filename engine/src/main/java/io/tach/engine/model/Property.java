package io.tach.engine.model;

/** One {@code record_property} pair of a test. */
public record Property(String name, String value) {}

package io.tach.engine.model;

/**
 * Captured text beside a report.
 *
 * @param name pytest's heading, such as {@code Captured stdout call}
 * @param text what was captured
 */
public record Section(String name, String text) {}

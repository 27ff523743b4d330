package io.tach.engine.plan;

/**
 * A file that is collected as a whole.
 *
 * @param unit its number; the order of numbers is the order of the session
 * @param path as pytest names it, for messages
 */
public record UnitInfo(int unit, String path) {}

package io.tach.engine.discover;

/**
 * A call of a dotted name: {@code os.fork()}, {@code t.start()}. Calls on the result of something else
 * ({@code f().start()}) and of a callee in parentheses are not known by name and left out.
 *
 * @param name as written, names not resolved
 * @param enclosing index of the definition whose code calls, {@link Outline#MODULE} at the top; decorators, defaults, bases
 *     and annotations belong to what surrounds their definition, a lambda to what it stands in
 * @param guard under which condition it is reached
 * @param line where the name begins
 */
public record CallSite(String name, int enclosing, Guard guard, int line) {}

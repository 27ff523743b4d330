package io.tach.cli;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * Listens to the signals that ask for an end. SIGQUIT stays the JVM's own: it prints the threads.
 *
 * <p>The JDK has no other way than {@code sun.misc.Signal}, which javac cannot be stopped from warning about; hence
 * reflection. It costs some milliseconds, so it is for a thread that has to wait anyway. Until then the JVM leaves at a
 * signal by itself.
 */
final class Signals {
    private static final List<String> NAMES = List.of("INT", "TERM", "HUP");

    private Signals() {}

    /** Calls the listener with the number of each signal, on a thread of the JVM. */
    static void listen(IntConsumer listener) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Method number = signal.getMethod("getNumber");
            Method handle = signal.getMethod("handle", signal, handler);
            Object ours = proxy(handler, received -> listener.accept((int) number.invoke(received)));
            for (String name : NAMES) {
                handle.invoke(null, signal.getConstructor(String.class).newInstance(name), ours);
            }
        } catch (ReflectiveOperationException e) {
            return; // -Xrs: the JVM was told to leave signals alone
        }
    }

    private interface OnSignal {
        void accept(Object signal) throws ReflectiveOperationException;
    }

    private static Object proxy(Class<?> handler, OnSignal action) {
        InvocationHandler calls = (self, method, arguments) -> {
            if (method.getName().equals("handle")) {
                action.accept(arguments[0]);
            }
            return null; // nobody calls anything else
        };
        return Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, calls);
    }
}

package io.tach.cli;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * Listens to the signals that ask for an end, and to Ctrl-Z. SIGQUIT stays the JVM's own: it prints the threads.
 *
 * <p>The JDK has no other way than {@code sun.misc.Signal}, which javac cannot be stopped from warning about; hence
 * reflection. It costs some milliseconds, so it is for a thread that has to wait anyway. Until then the JVM leaves at a
 * signal by itself.
 */
final class Signals {
    private static final List<String> ENDS = List.of("INT", "TERM", "HUP");
    private static final String SUSPEND = "TSTP";

    private final Class<?> signal;
    private final Class<?> handler;
    private final Method number;
    private final Method handle;

    private Signals() throws ReflectiveOperationException {
        signal = Class.forName("sun.misc.Signal");
        handler = Class.forName("sun.misc.SignalHandler");
        number = signal.getMethod("getNumber");
        handle = signal.getMethod("handle", signal, handler);
    }

    /**
     * Has signals answered, each on a thread of the JVM.
     *
     * @param end takes the number of a signal that asks for an end
     * @param suspend answers Ctrl-Z; while it does, SIGTSTP does what it does to any process
     */
    static void listen(IntConsumer end, Runnable suspend) {
        try {
            Signals signals = new Signals();
            for (String name : ENDS) {
                signals.answer(name, received -> end.accept((int) signals.number.invoke(received)));
            }
            signals.answerSuspend(suspend);
        } catch (ReflectiveOperationException e) {
            return; // -Xrs: the JVM was told to leave signals alone
        }
    }

    private interface OnSignal {
        void accept(Object signal) throws ReflectiveOperationException;
    }

    private void answer(String name, OnSignal action) throws ReflectiveOperationException {
        set(name, proxy(action));
    }

    private void answerSuspend(Runnable suspend) throws ReflectiveOperationException {
        Object byDefault = handler.getField("SIG_DFL").get(null);
        answer(SUSPEND, received -> {
            set(SUSPEND, byDefault);
            suspend.run();
            answerSuspend(suspend);
        });
    }

    private void set(String name, Object answer) throws ReflectiveOperationException {
        handle.invoke(null, signal.getConstructor(String.class).newInstance(name), answer);
    }

    private Object proxy(OnSignal action) {
        return Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, (self, method, arguments) -> {
            if (method.getName().equals("handle")) {
                action.accept(arguments[0]);
            }
            return null; // nobody calls anything else
        });
    }
}

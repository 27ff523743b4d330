package io.tach.actors.worker;

/** Sends signals to workers through whoever is their parent, so a number is never sent to a stranger. */
public interface Signals {
    int SIGINT = 2;
    int SIGKILL = 9;
    int SIGTERM = 15;

    /**
     * Signals a worker; nothing happens if it has been reaped.
     *
     * @param group true for its whole process group
     */
    void send(int worker, int signal, boolean group);
}

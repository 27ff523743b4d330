package io.tach.engine.verdict;

/**
 * What a worker had written when it died; each text may be empty and of any length.
 *
 * @param out pytest's capture of standard output in the running phase
 * @param err pytest's capture of standard error
 * @param log what went past the capture, faulthandler's crash stacks included
 * @param stacks all stacks at the deadline
 */
public record Output(String out, String err, String log, String stacks) {
    public static final Output NONE = new Output("", "", "", "");
}

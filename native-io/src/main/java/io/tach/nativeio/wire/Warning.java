package io.tach.nativeio.wire;

/**
 * MSG_WARNING: a warning that pytest caught.
 *
 * @param message what it says
 * @param category the warning class, as pytest prints it
 * @param fileName where it was raised
 * @param line one-based line there
 * @param when {@code config}, {@code collect} or {@code runtest}
 * @param nodeId the test it belongs to; may be empty
 */
public record Warning(String message, String category, String fileName, int line, String when, String nodeId)
        implements FromZygote, FromWorker {}

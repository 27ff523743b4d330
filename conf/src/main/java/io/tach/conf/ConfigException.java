package io.tach.conf;

/** A mistake of the user's in a setting. The message says where, which key and what to write instead. */
public final class ConfigException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ConfigException(String message) {
        super(message);
    }
}

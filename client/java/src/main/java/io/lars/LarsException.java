package io.lars;

/** Why there is no node to call. */
public class LarsException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public LarsException(String message) {
        super(message);
    }

    public LarsException(String message, Throwable cause) {
        super(message, cause);
    }
}

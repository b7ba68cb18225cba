package io.lars;

/** The module is unknown, or has no nodes. */
public final class NoSuchModuleException extends LarsException {
    private static final long serialVersionUID = 1;

    public NoSuchModuleException(String message) {
        super(message);
    }
}

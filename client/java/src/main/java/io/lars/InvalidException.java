package io.lars;

/** What was given can't be a module, a tag, a node or an agent's address. */
public final class InvalidException extends LarsException {
    private static final long serialVersionUID = 1;

    public InvalidException(String message) {
        super(message);
    }
}

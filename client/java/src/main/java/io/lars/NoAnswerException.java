package io.lars;

/** The agent of this host doesn't answer within the deadline. */
public final class NoAnswerException extends LarsException {
    private static final long serialVersionUID = 1;

    public NoAnswerException(String message) {
        super(message);
    }
}

package io.lars;

import java.time.Duration;

/** No node should be called now. */
public final class OverloadedException extends LarsException {
    private static final long serialVersionUID = 1;

    private final long waitMillis;

    OverloadedException(String message, long waitMillis) {
        super(message);
        this.waitMillis = waitMillis;
    }

    /**
     * After how long a retry that was refused may be tried; zero: there is no node that isn't
     * excluded or overloaded.
     */
    public Duration retryAfter() {
        return Duration.ofMillis(waitMillis);
    }
}

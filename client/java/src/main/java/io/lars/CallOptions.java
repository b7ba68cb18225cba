package io.lars;

import java.time.Duration;
import java.util.function.Predicate;

/** How {@link LarsClient#run} calls. Each method answers a changed copy. */
public final class CallOptions {
    /** Three attempts within a second, whatever went wrong. */
    public static final CallOptions DEFAULT =
            new CallOptions(Duration.ofSeconds(1), 3, failure -> true, Request.NONE);

    final Duration timeout;
    final int maxAttempts;
    final Predicate<Exception> retry;
    final Request request;

    private CallOptions(
            Duration timeout, int maxAttempts, Predicate<Exception> retry, Request request) {
        this.timeout = timeout;
        this.maxAttempts = maxAttempts;
        this.retry = retry;
        this.request = request;
    }

    /** After which no further attempt begins. Who calls keeps to it. */
    public CallOptions timeout(Duration value) {
        return new CallOptions(value, maxAttempts, retry, request);
    }

    /** 1: no retry, for what mustn't be done twice. */
    public CallOptions maxAttempts(int number) {
        if (number < 1) throw new InvalidException("maxAttempts is " + number + ": it is 1 or more");
        return new CallOptions(timeout, number, retry, request);
    }

    /** Which failures another node may do better with. */
    public CallOptions retryOn(Predicate<Exception> failures) {
        return new CallOptions(timeout, maxAttempts, failures, request);
    }

    /** Tag and hash key; its attempt and excluded nodes are the client's to say. */
    public CallOptions request(Request value) {
        return new CallOptions(timeout, maxAttempts, retry, value);
    }
}

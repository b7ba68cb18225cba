package io.lars;

import java.time.Duration;

/** How a call went. Each method answers a changed copy. */
public final class Result {
    final int code;
    final long latencyNanos; // below 0: not known
    final Float serverLoad;

    private Result(int code, long latencyNanos, Float serverLoad) {
        this.code = code;
        this.latencyNanos = latencyNanos;
        this.serverLoad = serverLoad;
    }

    /** 0 is success, anything else a failure. */
    public static Result of(int code) {
        return new Result(code, -1, null);
    }

    public static Result success() {
        return of(0);
    }

    public static Result failure() {
        return of(1);
    }

    public Result latency(Duration latency) {
        return new Result(code, Math.max(latency.toNanos(), 0), serverLoad);
    }

    /** 0 idle to 1 full, as the node said of itself. */
    public Result serverLoad(float load) {
        return new Result(code, latencyNanos, load);
    }
}

package io.lars;

import java.time.Duration;

/**
 * One call to one node, which is reported when it is closed: as failed, unless {@link #succeed} was
 * called. Belongs to one thread.
 */
public final class Call implements AutoCloseable {
    private final LarsClient client;
    private final Module module;
    private final Choice choice;
    private final long begun = System.nanoTime();
    private Result result = Result.failure();
    private boolean closed;

    Call(LarsClient client, Module module, Choice choice) {
        this.client = client;
        this.module = module;
        this.choice = choice;
    }

    /** Where to call. */
    public Host host() {
        return choice.host();
    }

    public void succeed() {
        result = Result.success();
    }

    /** It ended with that code, 0 being success. */
    public void end(int code) {
        result = Result.of(code);
    }

    @Override
    public void close() {
        if (closed) return;
        closed = true;
        Duration latency = Duration.ofNanos(System.nanoTime() - begun);
        client.report(module, choice, result.latency(latency));
    }
}

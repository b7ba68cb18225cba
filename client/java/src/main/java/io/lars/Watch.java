package io.lars;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Follows the nodes of a module, for who keeps connections to all of them. It has a thread of its
 * own, which calls `changed` with the first nodes, and whenever one came, went, or got another
 * weight or state. The client is open longer.
 */
public final class Watch implements AutoCloseable {
    private final LarsClient client;
    private final Module module;
    private final Consumer<List<Node>> changed;
    private final long intervalMillis;
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch ends = new CountDownLatch(1);
    private final Thread thread;
    private volatile Wire.RouteAnswer known = Wire.RouteAnswer.NOTHING;
    private volatile LarsException error;
    private List<Node> told;

    /** A change is noticed within 250 ms. */
    public Watch(LarsClient client, Module module, Consumer<List<Node>> changed) {
        this(client, module, changed, Duration.ofMillis(250));
    }

    /** A change is noticed within the interval, 1 ms to 60 s. */
    public Watch(
            LarsClient client,
            Module module,
            Consumer<List<Node>> changed,
            Duration interval) {
        intervalMillis = interval.toMillis();
        if (intervalMillis < 1 || intervalMillis > 60_000) {
            throw new InvalidException("interval is " + interval + ": it is 1 ms to 60 s");
        }
        this.client = client;
        this.module = module;
        this.changed = changed;
        thread = new Thread(this::run, "lars watch");
        thread.setDaemon(true);
        thread.start();
    }

    /** As they were seen last. Waits for the first answer, or that there is none. */
    public List<Node> nodes() throws InterruptedException {
        asked.await();
        return List.copyOf(known.nodes);
    }

    /** Why the latest question wasn't answered; null: it was. The nodes are as they were before. */
    public LarsException error() {
        return error;
    }

    /** Waits for a question that is under way, and for `changed`. */
    @Override
    public void close() {
        ends.countDown();
        if (Thread.currentThread() == thread) return;
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            do {
                look();
                asked.countDown();
            } while (!ends.await(intervalMillis, TimeUnit.MILLISECONDS));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void look() {
        try {
            known = client.route(module, known, true);
            error = null;
        } catch (LarsException failure) {
            error = failure;
            return;
        }
        if (known.nodes.equals(told)) return;
        told = List.copyOf(known.nodes);
        asked.countDown();
        changed.accept(told);
    }
}

package io.lars;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Channels that threads borrow. Questions are bounded, reports don't wait for them. Any thread. */
final class ChannelPool {
    /** Questions under way at once. */
    static final int MAX_QUESTIONS = 64;

    private static final long MAX_IDLE = TimeUnit.SECONDS.toNanos(10);

    private final AgentLocator locator;
    private final Semaphore room = new Semaphore(MAX_QUESTIONS);
    private final Deque<Channel> free = new ArrayDeque<>(); // the one that was used last at the end
    private boolean closed;

    ChannelPool(AgentLocator locator) {
        this.locator = locator;
    }

    /** Null when all were in use until then. */
    Channel borrowToAsk(long deadline) {
        try {
            if (!room.tryAcquire(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) return null;
        } catch (InterruptedException error) {
            Thread.currentThread().interrupt();
            return null;
        }
        return borrow();
    }

    void endAsking(Channel channel, boolean answered) {
        giveBack(channel, answered);
        room.release();
    }

    Channel borrow() {
        synchronized (free) {
            if (!free.isEmpty()) return free.pollLast();
        }
        return new Channel(locator);
    }

    /** One over which a late answer might come isn't used again. */
    void giveBack(Channel channel, boolean good) {
        long now = System.nanoTime();
        channel.lastUsed = now;
        List<Channel> old = null;
        synchronized (free) {
            boolean keep = good && !closed && free.size() < MAX_QUESTIONS;
            if (keep) free.addLast(channel);
            while (!free.isEmpty() && now - free.peekFirst().lastUsed > MAX_IDLE) {
                if (old == null) old = new ArrayList<>();
                old.add(free.pollFirst());
            }
            if (!keep) {
                if (old == null) old = new ArrayList<>();
                old.add(channel);
            }
        }
        if (old != null) old.forEach(Channel::close);
    }

    void close() {
        List<Channel> all;
        synchronized (free) {
            closed = true;
            all = new ArrayList<>(free);
            free.clear();
        }
        all.forEach(Channel::close);
    }
}

package io.lars;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Finds the agent: its addresses, looked up again when nobody answers at those that are known. Any
 * thread.
 */
final class AgentLocator {
    static final int MAX_ADDRESSES = 8; // a name with more is used with the first ones
    private static final long MIN_INTERVAL = TimeUnit.SECONDS.toNanos(1);

    /** The addresses at one time; which of them answers may change. */
    static final class Addresses {
        final List<InetAddress> all;
        volatile int preferred;
        volatile boolean answered;

        Addresses(List<InetAddress> all) {
            this.all = all;
        }
    }

    final String text;
    final int port;
    final int shards;
    private final String host;
    private final AtomicLong nextLookUp = new AtomicLong(System.nanoTime() + MIN_INTERVAL);
    private final AtomicBoolean looking = new AtomicBoolean();
    private volatile Addresses current;

    /** Reads "host:port[/shards]"; null means LARS_AGENT, or 127.0.0.1:8888/3. */
    AgentLocator(String agent, Duration timeout) {
        String given = agent;
        if (given == null || given.isEmpty()) given = System.getenv("LARS_AGENT");
        if (given == null || given.isEmpty()) given = "127.0.0.1:8888/3";
        text = given;
        int slash = text.indexOf('/');
        shards = slash < 0 ? 3 : number(text.substring(slash + 1), 64);
        String rest = slash < 0 ? text : text.substring(0, slash);
        int colon = rest.lastIndexOf(':');
        if (colon <= 0) throw refusal("no port");
        port = number(rest.substring(colon + 1), 65_535);
        if (port + shards - 1 > 65_535) throw refusal("the ports of its shards end above 65535");
        String name = rest.substring(0, colon);
        boolean brackets = name.startsWith("[") && name.endsWith("]");
        host = brackets ? name.substring(1, name.length() - 1) : name;
        current = new Addresses(find(timeout));
    }

    private InvalidException refusal(String why) {
        return new InvalidException(
                "agent address '"
                        + text
                        + "': "
                        + why
                        + "; expected host:port[/shards], such as 127.0.0.1:8888/3");
    }

    private int number(String digits, int highest) {
        try {
            int value = Integer.parseInt(digits);
            if (value >= 1 && value <= highest && Character.isDigit(digits.charAt(0))) return value;
        } catch (NumberFormatException | StringIndexOutOfBoundsException refused) {
            // said below
        }
        throw refusal("'" + digits + "' is not a number from 1 to " + highest);
    }

    // A name server that is silent keeps a look-up for longer than anybody waits.
    private List<InetAddress> find(Duration timeout) {
        CompletableFuture<List<InetAddress>> found = new CompletableFuture<>();
        inBackground(
                () -> {
                    try {
                        found.complete(lookUp());
                    } catch (UnknownHostException error) {
                        found.completeExceptionally(error);
                    }
                });
        String where = "agent address '" + text + "': ";
        try {
            return found.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException error) {
            String why = "its host isn't known: " + error.getCause().getMessage();
            throw new LarsException(where + why, error.getCause());
        } catch (TimeoutException error) {
            long millis = timeout.toMillis();
            throw new LarsException(where + "no name server answers within " + millis + " ms");
        } catch (InterruptedException error) {
            Thread.currentThread().interrupt();
            throw new LarsException(where + "interrupted", error);
        }
    }

    private List<InetAddress> lookUp() throws UnknownHostException {
        LinkedHashSet<InetAddress> found = new LinkedHashSet<>();
        for (InetAddress each : InetAddress.getAllByName(host)) {
            if (found.size() < MAX_ADDRESSES) found.add(each);
        }
        return new ArrayList<>(found);
    }

    private static void inBackground(Runnable task) {
        Thread thread = new Thread(task, "lars look-up");
        thread.setDaemon(true);
        thread.start();
    }

    Addresses current() {
        return current;
    }

    /** Nobody answers: the name is looked up again, in the background, unless it just was. */
    void unanswered() {
        long now = System.nanoTime();
        long due = nextLookUp.get();
        if (now - due < 0 || !nextLookUp.compareAndSet(due, now + MIN_INTERVAL)) return;
        if (!looking.compareAndSet(false, true)) return;
        inBackground(
                () -> {
                    try {
                        List<InetAddress> found = lookUp();
                        if (!found.equals(current.all)) current = new Addresses(found);
                    } catch (UnknownHostException error) {
                        // The addresses that are known are as good as none.
                    } finally {
                        looking.set(false);
                    }
                });
    }
}

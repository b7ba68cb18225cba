package io.lars;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A service that this program offers, registered through the agent of its host as long as the
 * program lives: when it ends, however it does, the service is gone from all routes.
 *
 * <pre>{@code
 * try (Registration ignored = new Registration(Module.named("payments"), 8080)) {
 *     serve();
 * }
 * }</pre>
 *
 * It registers in the background, and again whenever the agent was restarted. Needs Java 16, which
 * has Unix sockets. Any thread.
 */
public final class Registration implements AutoCloseable {
    /** What has become of it. */
    public enum State {
        /** The agent isn't reached; it is tried again and again. */
        CONNECTING,
        /** The agent doesn't take it. */
        REFUSED,
        /** Its check hasn't passed yet. */
        STARTING,
        /** Its check fails: nobody calls it. */
        FAILING,
        SERVING,
        DRAINING,
        WITHDRAWN
    }

    private static final long FIRST_PAUSE_MILLIS = 50; // before the agent is tried again
    private static final long LONGEST_PAUSE_MILLIS = 1_000;
    private static final long LOOK_MILLIS = 100; // while somebody waits or asks
    private static final long REST_MILLIS = 30_000; // or else

    private final Module module;
    private final int port;
    private final ServiceOptions options;
    private final LocalConnection connection;
    private final Thread thread;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private State state = State.CONNECTING;
    private String why = "";
    private boolean stored;
    private boolean asked;
    private boolean leaves;
    private boolean ends;
    private int seq; // of the thread

    public Registration(Module module, int port) {
        this(module, port, new ServiceOptions());
    }

    /**
     * @throws InvalidException when the port isn't 1 to 65535
     * @throws UnsupportedOperationException before Java 16
     */
    public Registration(Module module, int port, ServiceOptions options) {
        if (port < 1 || port > 65_535) {
            throw new InvalidException("a service is registered with its port, 1 to 65535");
        }
        this.module = module;
        this.port = port;
        this.options = options;
        String path = options.socket;
        if (path.isEmpty()) path = System.getenv().getOrDefault("LARS_SOCKET", "");
        if (path.isEmpty()) path = "/run/lars/agent.sock";
        connection = new LocalConnection(path);
        thread = new Thread(this::run, "lars registration");
        thread.setDaemon(true);
        thread.start();
    }

    /** As it was lately; looked at every 100 ms while somebody asks. */
    public State state() {
        lock.lock();
        try {
            asked = true;
            connection.wake();
            return state;
        } finally {
            lock.unlock();
        }
    }

    /** Why it doesn't serve, in words. */
    public String why() {
        lock.lock();
        try {
            return why;
        } finally {
            lock.unlock();
        }
    }

    /** Its weight falls to 0, then it goes. False: it isn't gone after that time. */
    public boolean withdraw(Duration timeout) throws InterruptedException {
        long left = timeout.toNanos();
        lock.lock();
        try {
            leaves = true;
            connection.wake();
            while (state != State.WITHDRAWN && left > 0) left = changed.awaitNanos(left);
            return state == State.WITHDRAWN;
        } finally {
            lock.unlock();
        }
    }

    /** Lets go of the agent, which withdraws the service at once, unless it is lasting. */
    @Override
    public void close() {
        lock.lock();
        try {
            ends = true;
            connection.wake();
        } finally {
            lock.unlock();
        }
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void set(State now, String because, boolean isStored) {
        lock.lock();
        try {
            state = now;
            why = because;
            stored = isStored;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        long pause = FIRST_PAUSE_MILLIS;
        while (true) {
            lock.lock();
            boolean leaving = leaves;
            boolean over = ends;
            lock.unlock();
            if (over) break;
            try {
                step(leaving);
            } catch (IOException error) {
                connection.disconnect();
                set(State.CONNECTING, connection.path() + ": " + error.getMessage(), false);
            }
            if (connection.isOpen()) {
                pause = FIRST_PAUSE_MILLIS;
                connection.rest(isBusy() ? LOOK_MILLIS : REST_MILLIS);
            } else {
                connection.rest(leaving ? REST_MILLIS : pause);
                pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
            }
        }
        connection.close();
    }

    private void step(boolean leaving) throws IOException {
        if (connection.isOpen()) {
            if (leaving) request(instance(Wire.Encoder.frame()).finish(Wire.WITHDRAW_REQUEST));
            look();
        } else if (leaving) {
            // An agent that isn't there has nothing of it, or will find that it is gone.
            set(State.WITHDRAWN, "", false);
        } else {
            connect();
        }
    }

    private boolean isBusy() {
        lock.lock();
        try {
            boolean somebodyAsked = asked;
            asked = false;
            return somebodyAsked || !(state == State.WITHDRAWN || (stored && !leaves));
        } finally {
            lock.unlock();
        }
    }

    private void connect() throws IOException {
        connection.connect();
        Wire.Encoder check = new Wire.Encoder();
        check.number(1, options.check.ordinal()).number(3, options.checkPort);
        check.text(4, options.checkPath).text(7, options.checkService);
        check.number(10, options.checkInterval.toMillis());
        check.number(11, options.checkTimeout.toMillis());
        Wire.Encoder out = instance(Wire.Encoder.frame());
        out.message(3, check).number(4, options.drain.toMillis());
        if (options.lasting) out.present(5, 1);
        String refusal = request(out.finish(Wire.REGISTER_REQUEST)).error;
        if (refusal.isEmpty()) {
            look();
        } else {
            connection.disconnect(); // and asks again: what is in its way may go
            set(State.REFUSED, refusal, false);
        }
    }

    private Wire.Encoder instance(Wire.Encoder out) {
        Wire.Encoder host = new Wire.Encoder();
        byte[] address = options.address;
        if (address.length == 4) host.number(1, ByteBuffer.wrap(address).getInt());
        if (address.length == 16) host.data(17, address, address.length);
        host.present(2, port);
        if (options.weight >= 0) host.present(16, options.weight);
        host.text(18, options.zone);
        for (String tag : options.tags) host.text(19, tag);
        Wire.Encoder instance = new Wire.Encoder();
        instance.text(1, module.name()).number(2, module.modid()).number(3, module.cmdid());
        instance.message(4, host);
        return out.number(1, ++seq).message(2, instance);
    }

    private void look() throws IOException {
        ByteBuffer question = Wire.Encoder.frame().number(1, ++seq).finish(Wire.SERVICES_REQUEST);
        for (Wire.ServiceAnswer.Service each : request(question).services) {
            boolean ids = each.modid == module.modid() && each.cmdid == module.cmdid();
            boolean same = each.name.equals(module.name()) && (module.hasName() || ids);
            if (!same || each.port != port) continue;
            set(stateOf(each.state), each.reason, each.announced);
            return;
        }
        set(State.WITHDRAWN, "", false);
    }

    private static State stateOf(long state) {
        if (state == 1) return State.FAILING;
        if (state == 2) return State.DRAINING;
        return state == 3 ? State.STARTING : State.SERVING;
    }

    private Wire.ServiceAnswer request(ByteBuffer message) throws IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(2);
        ByteBuffer body = connection.request(message, Wire.SERVICE_RESPONSE, deadline);
        Wire.ServiceAnswer answer = Wire.decodeServiceAnswer(body.array());
        if (answer == null) throw new IOException("this isn't an agent's answer");
        return answer;
    }
}

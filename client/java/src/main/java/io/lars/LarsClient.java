package io.lars;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/**
 * Asks the agent of this host which node to call, and tells it how calls went.
 *
 * <pre>{@code
 * try (LarsClient client = LarsClient.create()) {
 *     String answer = client.run("payments", host -> pay(host.socketAddress()));
 * }
 * }</pre>
 *
 * chooses a node, calls it, reports how that went, and tries again elsewhere. Any number of threads
 * may share one.
 */
public final class LarsClient implements AutoCloseable {
    private static final Duration MAX_TIMEOUT = Duration.ofSeconds(60);
    private static final int PREPARE_TRIES = 3;
    private static final long PREPARE_PAUSE_MILLIS = 50;
    private static final int MAX_HINTS = 4_096;

    private final AgentLocator locator;
    private final ChannelPool pool;
    private final Duration timeout;
    private final int waitMillis;
    // What names stood for last: it says which shard to ask, and decides nothing.
    private final ConcurrentHashMap<String, long[]> hints = new ConcurrentHashMap<>();
    private volatile ThreadPoolExecutor executor;

    private LarsClient(Builder builder) {
        timeout = builder.timeout;
        Duration third = timeout.dividedBy(Question.TRIES);
        // An answer that waited longer than one try would only be asked for again.
        Duration wait = builder.firstCallWait;
        waitMillis = (int) (wait.compareTo(third) < 0 ? wait : third).toMillis();
        locator = new AgentLocator(builder.agent, timeout);
        pool = new ChannelPool(locator);
    }

    /** With the environment's LARS_AGENT, or 127.0.0.1:8888/3. */
    public static LarsClient create() {
        return builder().build();
    }

    public static Builder builder() {
        return new Builder();
    }

    /** What a client is made of. */
    public static final class Builder {
        private String agent;
        private Duration timeout = Duration.ofMillis(500);
        private Duration firstCallWait = Duration.ofMillis(20);

        private Builder() {}

        /** "host:port[/shards]". A name may have several addresses: each is tried. */
        public Builder agent(String address) {
            agent = address;
            return this;
        }

        /** No question takes longer, nor does build(). Above 0, at most 60 s. */
        public Builder timeout(Duration value) {
            if (value.compareTo(Duration.ofMillis(1)) < 0 || value.compareTo(MAX_TIMEOUT) > 0) {
                throw new InvalidException("timeout is " + value + ": it is 1 ms to 60 s");
            }
            timeout = value;
            return this;
        }

        /**
         * How long a question may wait for a module that the agent has to learn first, but at most
         * a third of the timeout.
         */
        public Builder firstCallWait(Duration value) {
            if (value.isNegative() || value.compareTo(MAX_TIMEOUT) > 0) {
                throw new InvalidException("firstCallWait is " + value + ": it is 0 to 60 s");
            }
            firstCallWait = value;
            return this;
        }

        /**
         * @throws LarsException when the agent's name can't be looked up
         */
        public LarsClient build() {
            return new LarsClient(this);
        }
    }

    @Override
    public void close() {
        pool.close();
        synchronized (this) {
            if (executor != null) executor.shutdown();
        }
    }

    /** A text as a hash key: the same 64 bits in the clients of all languages. */
    public static long hash(String text) {
        long hash = 0xCBF29CE484222325L;
        for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (each & 0xFF)) * 0x100000001B3L;
        }
        hash = (hash ^ hash >>> 33) * 0xFF51AFD7ED558CCDL;
        hash = (hash ^ hash >>> 33) * 0xC4CEB9FE1A85EC53L;
        return hash ^ hash >>> 33;
    }

    private int shardOf(int modid, int cmdid) {
        return (int) (((long) modid + cmdid) % locator.shards);
    }

    private NoAnswerException noAnswer(Module module) {
        return new NoAnswerException(
                module
                        + ": the agent at "
                        + locator.text
                        + " doesn't answer within "
                        + timeout.toMillis()
                        + " ms");
    }

    /** A node to call now. */
    public Choice choose(Module module) {
        return choose(module, Request.NONE);
    }

    /**
     * A node to call now. An interrupted thread gets no answer.
     *
     * @throws NoSuchModuleException when no node is known
     * @throws OverloadedException when no node should be called
     * @throws NoAnswerException when the agent doesn't answer within the timeout
     */
    public Choice choose(Module module, Request request) {
        long begin = System.nanoTime();
        long deadline = begin + timeout.toNanos();
        long[] hint = module.hasName() ? hints.get(module.name()) : null;
        int modid = hint == null ? module.modid() : (int) hint[0];
        int cmdid = hint == null ? module.cmdid() : (int) hint[1];
        Channel channel = pool.borrowToAsk(deadline);
        if (channel == null) throw noAnswer(module);
        Wire.HostAnswer[] answer = new Wire.HostAnswer[1];
        boolean answered = false;
        try {
            answered =
                    channel.ask(
                            shardOf(modid, cmdid),
                            seq ->
                                    Wire.encodeGetHost(
                                            seq, modid, cmdid, module.name(), request, waitMillis),
                            begin,
                            deadline,
                            (datagram, size) -> {
                                Wire.HostAnswer said = Wire.decodeHostAnswer(datagram, size);
                                if (said == null || !channel.asked(said.seq)) return false;
                                boolean same = said.modid == modid && said.cmdid == cmdid;
                                if (!module.hasName() && !same) return false;
                                answer[0] = said;
                                return true;
                            });
        } finally {
            pool.endAsking(channel, answered);
        }
        if (!answered) throw noAnswer(module);
        return choiceOf(module, request, answer[0]);
    }

    private Choice choiceOf(Module module, Request request, Wire.HostAnswer answer) {
        switch (answer.retcode) {
            case Wire.SUCC:
                note(module, answer.modid, answer.cmdid);
                return new Choice(answer.host, answer.modid, answer.cmdid, request.attempt);
            case Wire.OVERLOAD:
                String why =
                        answer.waitMillis > 0
                                ? ": no retry now, the module is in trouble"
                                : ": every node is overloaded or excluded";
                throw new OverloadedException(module + why, answer.waitMillis);
            case Wire.NOEXIST:
                throw new NoSuchModuleException(module + ": the agent knows no node of it");
            default:
                throw new NoAnswerException(module + ": the agent answers " + answer.retcode);
        }
    }

    private void note(Module module, int modid, int cmdid) {
        if (!module.hasName()) return;
        long[] known = hints.get(module.name());
        if (known != null && known[0] == modid && known[1] == cmdid) return;
        if (hints.size() >= MAX_HINTS) hints.clear();
        hints.put(module.name(), new long[] {modid, cmdid});
    }

    /**
     * How a call to the chosen node went. Waits for nothing. False: it couldn't be sent.
     */
    public boolean report(Module module, Choice choice, Result result) {
        Channel channel = pool.borrow();
        boolean sent = false;
        try {
            ByteBuffer message = Wire.encodeReport(choice, module.name(), result);
            sent = channel.send(shardOf(choice.modid(), choice.cmdid()), message);
        } finally {
            pool.giveBack(channel, sent);
        }
        return sent;
    }

    /**
     * One call, which reports by itself:
     *
     * <pre>{@code
     * try (Call call = client.call(Module.named("payments"))) {
     *     pay(call.host());
     *     call.succeed();
     * }
     * }</pre>
     */
    public Call call(Module module) {
        return call(module, Request.NONE);
    }

    /** As {@link #call(Module)}, with more said of the call. */
    public Call call(Module module, Request request) {
        return new Call(this, module, choose(module, request));
    }

    /** What is called at a node. */
    @FunctionalInterface
    public interface Attempt<T> {
        T call(Host host) throws Exception;
    }

    /** {@link #run(Module, CallOptions, Attempt)} by name, with the default options. */
    public <T> T run(String name, Attempt<T> attempt) throws Exception {
        return run(Module.named(name), CallOptions.DEFAULT, attempt);
    }

    /**
     * Calls a service: `attempt` gets a node, and an exception of it is reported as a failure, and
     * tried again on another node, as the options have it, and as long as the agent grants it.
     *
     * @throws Exception what the last attempt threw, or why there is no node
     */
    public <T> T run(Module module, CallOptions options, Attempt<T> attempt) throws Exception {
        long deadline = System.nanoTime() + options.timeout.toNanos();
        Request request = options.request;
        Exception last = null;
        for (int i = 0; i < options.maxAttempts; ++i) {
            if (last != null && System.nanoTime() - deadline >= 0) break;
            Call call;
            try {
                call = call(module, request.attempt(i));
            } catch (LarsException refusal) {
                // A retry that isn't granted leaves the call with the error that it has.
                if (last != null) throw last;
                throw refusal;
            }
            try (call) {
                T result = attempt.call(call.host());
                call.succeed();
                return result;
            } catch (Exception failure) {
                last = failure;
                if (failure instanceof InterruptedException || !options.retry.test(failure)) break;
            }
            request = request.exclude(call.host());
        }
        throw last;
    }

    /** All nodes of a module. */
    public List<Node> route(Module module) {
        Wire.RouteAnswer answer = route(module, Wire.RouteAnswer.NOTHING, false);
        if (answer.nodes.isEmpty()) {
            throw new NoSuchModuleException(module + ": the agent knows no node of it");
        }
        return List.copyOf(answer.nodes);
    }

    /** Makes the agent learn a module before it is needed: up to three questions, 50 ms apart. */
    public void prepare(Module module) {
        for (int tries = 1; ; ++tries) {
            try {
                route(module);
                return;
            } catch (NoSuchModuleException error) {
                if (tries == PREPARE_TRIES) throw error;
            }
            try {
                Thread.sleep(PREPARE_PAUSE_MILLIS);
            } catch (InterruptedException error) {
                Thread.currentThread().interrupt();
                throw new LarsException(module + ": interrupted", error);
            }
        }
    }

    /** Asks from what is known on: who watches knows what it had last. */
    Wire.RouteAnswer route(Module module, Wire.RouteAnswer known, boolean watch) {
        long begin = System.nanoTime();
        long deadline = begin + timeout.toNanos();
        long[] hint = module.hasName() ? hints.get(module.name()) : null;
        int modid = hint == null ? module.modid() : (int) hint[0];
        int cmdid = hint == null ? module.cmdid() : (int) hint[1];
        Channel channel = pool.borrowToAsk(deadline);
        if (channel == null) throw noAnswer(module);
        RouteParts parts = new RouteParts(known);
        Channel.Accept accept =
                (datagram, size) -> {
                    Wire.RouteAnswer said = Wire.decodeRouteAnswer(datagram, size);
                    if (said == null || (said.unchanged && !watch)) return false;
                    boolean same = said.modid == modid && said.cmdid == cmdid;
                    if (!module.hasName() && !same) return false;
                    parts.add(said);
                    return true;
                };
        IntFunction<ByteBuffer> encode =
                seq -> Wire.encodeGetRoute(modid, cmdid, module.name(), parts.whole, watch);
        int shard = shardOf(modid, cmdid);
        boolean answered = true;
        try {
            while (answered && !parts.complete) {
                answered = channel.ask(shard, encode, begin, deadline, accept);
                // This answer has no sequence number. One to an earlier question for all is as
                // good; one for another part isn't.
                if (!parts.complete || parts.whole.etag != 0 || watch) channel.renew(shard);
                begin = System.nanoTime();
            }
        } finally {
            pool.endAsking(channel, answered);
        }
        if (!answered) throw noAnswer(module);
        return parts.whole;
    }

    private static final class RouteParts {
        Wire.RouteAnswer whole;
        boolean complete;

        RouteParts(Wire.RouteAnswer known) {
            whole = known;
        }

        void add(Wire.RouteAnswer part) {
            if (part.unchanged) {
                complete = true;
            } else if (whole.nodes.isEmpty() || part.etag != whole.etag || !whole.truncated) {
                // The first part, perhaps because the route is another one by now.
                whole = part;
                complete = !part.truncated || part.etag == 0;
            } else {
                List<Node> all = new ArrayList<>(whole.nodes);
                all.addAll(part.nodes);
                complete = !part.truncated || part.nodes.isEmpty();
                part.nodes = all;
                part.states = whole.states;
                whole = part;
            }
        }
    }

    /** {@link #choose(Module, Request)}, in another thread. */
    public CompletableFuture<Choice> chooseAsync(Module module, Request request) {
        return supply(() -> choose(module, request));
    }

    /** {@link #route(Module)}, in another thread. */
    public CompletableFuture<List<Node>> routeAsync(Module module) {
        return supply(() -> route(module));
    }

    /** {@link #run(Module, CallOptions, Attempt)}, in another thread. */
    public <T> CompletableFuture<T> runAsync(
            Module module, CallOptions options, Attempt<T> attempt) {
        CompletableFuture<T> future = new CompletableFuture<>();
        executor()
                .execute(
                        () -> {
                            try {
                                future.complete(run(module, options, attempt));
                            } catch (Throwable failure) {
                                future.completeExceptionally(failure);
                            }
                        });
        return future;
    }

    private <T> CompletableFuture<T> supply(Supplier<T> what) {
        return CompletableFuture.supplyAsync(what, executor());
    }

    // As many threads as questions may be under way; none while there are none.
    private Executor executor() {
        if (executor == null) {
            synchronized (this) {
                if (executor == null) executor = newExecutor();
            }
        }
        return executor;
    }

    private static ThreadPoolExecutor newExecutor() {
        ThreadPoolExecutor made =
                new ThreadPoolExecutor(
                        ChannelPool.MAX_QUESTIONS,
                        ChannelPool.MAX_QUESTIONS,
                        10,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(),
                        task -> {
                            Thread thread = new Thread(task, "lars client");
                            thread.setDaemon(true);
                            return thread;
                        });
        made.allowCoreThreadTimeOut(true);
        return made;
    }
}

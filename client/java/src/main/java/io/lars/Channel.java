package io.lars;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;

/**
 * Connected UDP sockets to the shards of an agent, for one thread at a time. A connected socket
 * learns at once when nobody listens.
 */
final class Channel implements Closeable {
    private static final int LARGEST_DATAGRAM = 65_507;

    /** Whether a datagram is the answer. */
    interface Accept {
        boolean test(byte[] datagram, int size);
    }

    private final AgentLocator locator;
    private AgentLocator.Addresses addresses;
    private final DatagramChannel[] sockets; // by address and shard; null: not opened yet
    private final ByteBuffer out = ByteBuffer.allocateDirect(8 << 10);
    private final ByteBuffer in = ByteBuffer.allocateDirect(LARGEST_DATAGRAM);
    private byte[] received = new byte[2 << 10];
    private Selector selector;
    private int seq = ThreadLocalRandom.current().nextInt(); // sent last
    private int before; // and by the question before the one under way
    long lastUsed;

    Channel(AgentLocator locator) {
        this.locator = locator;
        addresses = locator.current();
        sockets = new DatagramChannel[AgentLocator.MAX_ADDRESSES * locator.shards];
    }

    private int nextSeq() {
        seq = seq == -1 ? 1 : seq + 1;
        return seq;
    }

    /** With one of the numbers that the question under way was sent with. */
    boolean asked(int number) {
        return Integer.compareUnsigned(number - before - 1, seq - before) < 0;
    }

    @Override
    public void close() {
        for (int i = 0; i < sockets.length; ++i) closeAt(i);
        try {
            if (selector != null) selector.close();
        } catch (IOException ignored) {
            // It is gone either way.
        }
        selector = null;
    }

    private void closeAt(int index) {
        DatagramChannel socket = sockets[index];
        sockets[index] = null;
        try {
            if (socket != null) socket.close();
        } catch (IOException ignored) {
            // It is gone either way.
        }
    }

    /** Answers to earlier questions don't come any more. */
    void renew(int shard) {
        for (int i = 0; i < AgentLocator.MAX_ADDRESSES; ++i) closeAt(i * locator.shards + shard);
        flushCancelled();
    }

    // A closed socket's descriptor is let go of when its selector next selects.
    private void flushCancelled() {
        try {
            if (selector != null) selector.selectNow();
        } catch (IOException ignored) {
            // It is closed with the channel.
        }
    }

    /** Once, and waits for nothing. To the first address that doesn't refuse. */
    boolean send(int shard, ByteBuffer message) {
        follow();
        int count = addresses.all.size();
        for (int i = 0; i < count; ++i) {
            if (sendTo((addresses.preferred + i) % count, shard, message)) return true;
        }
        locator.unanswered();
        return false;
    }

    /**
     * Sends, again if need be and each time with a fresh number, until `accept` takes an answer, or
     * time is over.
     */
    boolean ask(
            int shard, IntFunction<ByteBuffer> encode, long begin, long deadline, Accept accept) {
        follow();
        before = seq;
        Question question =
                new Question(addresses.all.size(), addresses.preferred, begin, deadline);
        while (true) {
            int due = question.takeDue();
            ByteBuffer message = due == 0 ? null : encode.apply(nextSeq());
            for (int i = 0; i < addresses.all.size(); ++i) {
                boolean wanted = (due & 1 << i) != 0;
                if (wanted && !sendTo(i, shard, message)) {
                    question.unreachable(i, System.nanoTime());
                }
            }
            if (question.hasDue()) continue;
            long wakes = question.wakes();
            long until = wakes - deadline < 0 ? wakes : deadline;
            if (await(question, shard, until, accept)) return true;
            long now = System.nanoTime();
            if (now - deadline >= 0 || Thread.currentThread().isInterrupted()) {
                locator.unanswered();
                return false;
            }
            if (now - question.wakes() < 0) continue;
            question.wake(now);
            locator.unanswered();
            if (locator.current() != addresses) {
                follow();
                question = new Question(addresses.all.size(), -1, now, deadline);
            }
        }
    }

    private boolean await(Question question, int shard, long until, Accept accept) {
        while (!Thread.currentThread().isInterrupted()) {
            boolean any = false;
            for (int i = 0; i < addresses.all.size(); ++i) {
                if ((question.asked() & 1 << i) == 0) continue;
                int size;
                try {
                    in.clear();
                    size = sockets[i * locator.shards + shard].read(in);
                } catch (IOException refused) {
                    question.refused(i, System.nanoTime());
                    return false;
                }
                if (size == 0 && in.position() == 0) continue;
                any = true;
                if (accept.test(copyReceived(), in.limit())) {
                    prefer(i);
                    return true;
                }
            }
            long left = until - System.nanoTime();
            if (left <= 0) return false;
            if (any) continue;
            try {
                if (selector == null) selector = Selector.open();
                selector.select(TimeUnit.NANOSECONDS.toMillis(left) + 1);
                selector.selectedKeys().clear();
            } catch (IOException error) {
                return false;
            }
        }
        return false;
    }

    private byte[] copyReceived() {
        in.flip();
        if (received.length < in.limit()) received = new byte[LARGEST_DATAGRAM];
        in.get(received, 0, in.limit());
        return received;
    }

    private boolean sendTo(int address, int shard, ByteBuffer message) {
        int index = address * locator.shards + shard;
        if (sockets[index] == null && !open(index, addresses.all.get(address), shard)) return false;
        out.clear();
        out.put(message.duplicate()).flip();
        for (int attempt = 0; attempt < 2; ++attempt) {
            try {
                sockets[index].write(out);
                return true;
            } catch (ClosedByInterruptException error) {
                closeAt(index);
                return false;
            } catch (IOException newsOfAnEarlierDatagram) {
                out.rewind();
            }
        }
        return false;
    }

    private boolean open(int index, InetAddress address, int shard) {
        boolean v6 = address instanceof Inet6Address;
        DatagramChannel socket = null;
        try {
            if (selector == null) selector = Selector.open();
            socket =
                    DatagramChannel.open(
                            v6 ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET);
            socket.configureBlocking(false);
            socket.connect(new InetSocketAddress(address, locator.port + shard));
            socket.register(selector, SelectionKey.OP_READ);
            sockets[index] = socket;
            return true;
        } catch (IOException error) {
            try {
                if (socket != null) socket.close();
            } catch (IOException ignored) {
                // It is gone either way.
            }
            return false;
        }
    }

    private void prefer(int address) {
        if (!addresses.answered) addresses.answered = true;
        if (addresses.preferred == address) return;
        addresses.preferred = address;
        for (int i = 0; i < sockets.length; ++i) {
            if (i / locator.shards != address) closeAt(i);
        }
        flushCancelled();
    }

    private void follow() {
        if (locator.current() == addresses) return;
        for (int i = 0; i < sockets.length; ++i) closeAt(i);
        flushCancelled();
        addresses = locator.current();
    }
}

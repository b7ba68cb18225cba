package io.lars;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;

/**
 * To the agent's Unix socket, over which one request is answered after the other. Belongs to one
 * thread, but for wake().
 */
final class LocalConnection implements Closeable {
    private static final int MAX_BODY = 16 << 20;

    private final String path;
    private final SocketAddress address;
    private final Selector selector;
    private SocketChannel socket;

    LocalConnection(String path) {
        this.path = path;
        address = addressOf(path);
        try {
            selector = Selector.open();
        } catch (IOException error) {
            throw new LarsException("no descriptor is left", error);
        }
    }

    // Of Java 16: by name, so that the other classes go with Java 11.
    private static SocketAddress addressOf(String path) {
        try {
            Class<?> type = Class.forName("java.net.UnixDomainSocketAddress");
            return (SocketAddress) type.getMethod("of", String.class).invoke(null, path);
        } catch (InvocationTargetException error) {
            throw new InvalidException("'" + path + "' is no path of a socket");
        } catch (ReflectiveOperationException error) {
            throw new UnsupportedOperationException("registration needs Java 16", error);
        }
    }

    String path() {
        return path;
    }

    boolean isOpen() {
        return socket != null;
    }

    void connect() throws IOException {
        // A Unix socket is connected, or refused, at once.
        SocketChannel opened = open();
        try {
            opened.connect(address);
            opened.configureBlocking(false);
            opened.register(selector, SelectionKey.OP_READ);
        } catch (IOException error) {
            opened.close();
            throw error;
        }
        socket = opened;
    }

    private static SocketChannel open() throws IOException {
        try {
            return (SocketChannel)
                    SocketChannel.class
                            .getMethod("open", ProtocolFamily.class)
                            .invoke(null, StandardProtocolFamily.valueOf("UNIX"));
        } catch (InvocationTargetException error) {
            throw new IOException(error.getCause().getMessage(), error.getCause());
        } catch (ReflectiveOperationException error) {
            throw new UnsupportedOperationException("registration needs Java 16", error);
        }
    }

    void disconnect() {
        if (socket == null) return;
        try {
            socket.close();
            selector.selectNow();
        } catch (IOException ignored) {
            // It is gone either way.
        }
        socket = null;
    }

    @Override
    public void close() {
        disconnect();
        try {
            selector.close();
        } catch (IOException ignored) {
            // It is gone either way.
        }
    }

    /** Ends rest(). Any thread. */
    void wake() {
        selector.wakeup();
    }

    /** Until something is wanted, or the agent has gone, or that long. */
    void rest(long millis) {
        try {
            selector.select(millis);
            selector.selectedKeys().clear();
        } catch (IOException ignored) {
            // What it is about is seen at the next request.
        }
    }

    ByteBuffer request(ByteBuffer message, int answer, long deadline) throws IOException {
        while (message.hasRemaining()) {
            if (socket.write(message) == 0) await(SelectionKey.OP_WRITE, deadline);
        }
        ByteBuffer header = receive(Wire.HEADER_SIZE, deadline).order(ByteOrder.LITTLE_ENDIAN);
        int size = header.getInt(4);
        if (header.getInt(0) != answer || size < 0 || size > MAX_BODY) {
            throw new IOException("this isn't an agent's answer");
        }
        return receive(size, deadline);
    }

    private ByteBuffer receive(int size, long deadline) throws IOException {
        ByteBuffer received = ByteBuffer.allocate(size);
        while (received.hasRemaining()) {
            int part = socket.read(received);
            if (part < 0) throw new EOFException("the agent has gone");
            if (part == 0) await(SelectionKey.OP_READ, deadline);
        }
        return received;
    }

    private void await(int operation, long deadline) throws IOException {
        long left = deadline - System.nanoTime();
        if (left <= 0) throw new IOException("the agent doesn't answer");
        socket.keyFor(selector).interestOps(operation);
        selector.select(TimeUnit.NANOSECONDS.toMillis(left) + 1);
        selector.selectedKeys().clear();
        socket.keyFor(selector).interestOps(SelectionKey.OP_READ);
    }
}

package io.lars;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/** A node: where to call. */
public final class Host {
    private final byte[] address; // of 4 or 16 bytes
    private final int port;

    Host(byte[] address, int port) {
        this.address = address;
        this.port = port;
    }

    /**
     * @param address an IPv4 or IPv6 address; no name is looked up
     * @throws InvalidException when it is none, or the port isn't 1 to 65535
     */
    public static Host of(String address, int port) {
        if (port < 1 || port > 65_535) {
            throw new InvalidException("a port is 1 to 65535, and not " + port);
        }
        boolean v6 = address.indexOf(':') >= 0;
        boolean digits = address.chars().allMatch(c -> (c >= '0' && c <= '9') || c == '.');
        if (!v6 && (!digits || address.chars().filter(c -> c == '.').count() != 3)) {
            throw new InvalidException("'" + address + "' is no IPv4 or IPv6 address");
        }
        try {
            return new Host(InetAddress.getByName(address).getAddress(), port);
        } catch (UnknownHostException error) {
            throw new InvalidException("'" + address + "' is no IPv4 or IPv6 address");
        }
    }

    /** As text, such as 192.168.1.177 or 2001:db8:0:0:0:0:0:1. */
    public String address() {
        return inetAddress().getHostAddress();
    }

    public int port() {
        return port;
    }

    /** To connect to. */
    public InetSocketAddress socketAddress() {
        return new InetSocketAddress(inetAddress(), port);
    }

    byte[] bytes() {
        return address;
    }

    private InetAddress inetAddress() {
        try {
            return InetAddress.getByAddress(address);
        } catch (UnknownHostException impossible) {
            throw new AssertionError(impossible);
        }
    }

    @Override
    public boolean equals(Object other) {
        if (!(other instanceof Host)) return false;
        Host that = (Host) other;
        return port == that.port && Arrays.equals(address, that.address);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(address) + port;
    }

    /** "192.168.1.177:80" or "[2001:db8:0:0:0:0:0:1]:80". */
    @Override
    public String toString() {
        return address.length == 4 ? address() + ":" + port : "[" + address() + "]:" + port;
    }
}

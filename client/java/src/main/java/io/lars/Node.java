package io.lars;

import java.util.List;
import java.util.Objects;

/** One node of a route. */
public final class Node {
    /** What the agent holds a node for, by the calls to it. */
    public enum State {
        SERVES,
        /** It gets a growing part of its share. */
        SLOW_START,
        /** It is tried by single calls. */
        HALF_OPEN,
        /** Calls to it failed: it isn't chosen now. */
        EJECTED
    }

    private final Host host;
    private final int weight;
    private final State state;
    private final String zone;
    private final List<String> tags;

    Node(Host host, int weight, State state, String zone, List<String> tags) {
        this.host = host;
        this.weight = weight;
        this.state = state;
        this.zone = zone;
        this.tags = List.copyOf(tags);
    }

    public Host host() {
        return host;
    }

    /** 0 to 65535; 0: drained. */
    public int weight() {
        return weight;
    }

    public State state() {
        return state;
    }

    /** "region/zone"; empty: not known. */
    public String zone() {
        return zone;
    }

    /** Each "key=value". */
    public List<String> tags() {
        return tags;
    }

    @Override
    public boolean equals(Object other) {
        if (!(other instanceof Node)) return false;
        Node that = (Node) other;
        return host.equals(that.host)
                && weight == that.weight
                && state == that.state
                && zone.equals(that.zone)
                && tags.equals(that.tags);
    }

    @Override
    public int hashCode() {
        return Objects.hash(host, weight, state, zone, tags);
    }

    @Override
    public String toString() {
        return host + " weight " + weight + " " + state;
    }
}

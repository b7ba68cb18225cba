package io.lars;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** A service that a program offers, besides its module and port. */
public final class ServiceOptions {
    /** How the agent finds out whether the service serves. */
    public enum Check {
        NONE,
        /** Its port accepts connections. */
        TCP,
        /** A GET is answered with 200 to 299. */
        HTTP,
        /** The standard health service says SERVING. */
        GRPC
    }

    byte[] address = new byte[0];
    int weight = -1;
    String zone = "";
    List<String> tags = List.of();
    Check check = Check.NONE;
    int checkPort;
    String checkPath = "";
    String checkService = "";
    Duration checkInterval = Duration.ofSeconds(1);
    Duration checkTimeout = Duration.ofSeconds(1);
    Duration drain = Duration.ofSeconds(2);
    boolean lasting;
    String socket = "";

    /** IPv4 or IPv6; without it the one by which this host reaches dns. */
    public ServiceOptions address(String text) {
        address = Host.of(text, 1).bytes();
        return this;
    }

    /** 0 to 65535; without it 100. */
    public ServiceOptions weight(int value) {
        if (value < 0 || value > Wire.MAX_WEIGHT) {
            throw new InvalidException("a weight is 0 to 65535, and not " + value);
        }
        weight = value;
        return this;
    }

    /** "region/zone"; without it the agent's. */
    public ServiceOptions zone(String text) {
        zone = text;
        return this;
    }

    public ServiceOptions tags(Map<String, String> pairs) {
        List<String> all = new ArrayList<>();
        pairs.forEach((key, value) -> all.add(key + "=" + value));
        for (String tag : all) {
            if (!Request.TAG.matcher(tag).matches()) {
                throw new InvalidException("'" + tag + "' is no tag: it is key=value");
            }
        }
        Collections.sort(all);
        tags = all;
        return this;
    }

    public ServiceOptions check(Check kind) {
        check = kind;
        return this;
    }

    /** Where the check asks; without it the service's port. */
    public ServiceOptions checkPort(int port) {
        checkPort = port;
        return this;
    }

    /** Of HTTP; without it "/". */
    public ServiceOptions checkPath(String path) {
        checkPath = path;
        return this;
    }

    /** Of gRPC's health service; without it the server. */
    public ServiceOptions checkService(String name) {
        checkService = name;
        return this;
    }

    public ServiceOptions checkInterval(Duration value) {
        checkInterval = value;
        return this;
    }

    public ServiceOptions checkTimeout(Duration value) {
        checkTimeout = value;
        return this;
    }

    /** Over which its weight falls to 0 when it is withdrawn. */
    public ServiceOptions drain(Duration value) {
        drain = value;
        return this;
    }

    /** Until it is withdrawn, whatever becomes of this program. */
    public ServiceOptions lasting() {
        lasting = true;
        return this;
    }

    /** The agent's; without it LARS_SOCKET, else /run/lars/agent.sock. */
    public ServiceOptions socket(String path) {
        socket = path;
        return this;
    }
}

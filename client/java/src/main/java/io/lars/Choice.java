package io.lars;

/** A node that was chosen for one call. */
public final class Choice {
    private final Host host;
    private final int modid;
    private final int cmdid;
    private final int attempt;

    Choice(Host host, int modid, int cmdid, int attempt) {
        this.host = host;
        this.modid = modid;
        this.cmdid = cmdid;
        this.attempt = attempt;
    }

    public Host host() {
        return host;
    }

    /** Of the module that was meant. */
    public int modid() {
        return modid;
    }

    public int cmdid() {
        return cmdid;
    }

    public int attempt() {
        return attempt;
    }
}

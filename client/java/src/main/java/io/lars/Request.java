package io.lars;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** What a caller says of its call, besides the module. Each method answers a changed copy. */
public final class Request {
    /** Nothing besides. */
    public static final Request NONE = new Request("", null, List.of(), 0);

    static final Pattern TAG = Pattern.compile("[A-Za-z0-9._-]{1,63}=[A-Za-z0-9._/:@+-]{0,63}");

    final String select;
    final Long hashKey;
    final List<Host> exclude;
    final int attempt;

    private Request(String select, Long hashKey, List<Host> exclude, int attempt) {
        this.select = select;
        this.hashKey = hashKey;
        this.exclude = exclude;
        this.attempt = attempt;
    }

    /**
     * Only nodes with this tag, "key=value".
     *
     * @throws InvalidException when it is no tag
     */
    public Request select(String tag) {
        if (!TAG.matcher(tag).matches()) {
            throw new InvalidException("'" + tag + "' is no tag: it is key=value");
        }
        return new Request(tag, hashKey, exclude, attempt);
    }

    /**
     * Calls of the same key go to the same node, if the module's policy is consistent_hash. See
     * {@link LarsClient#hash}.
     */
    public Request hashKey(long key) {
        return new Request(select, key, exclude, attempt);
    }

    /** A node that was tried already: the first 8 are left out. */
    public Request exclude(Host host) {
        List<Host> all = new ArrayList<>(exclude);
        all.add(host);
        return new Request(select, hashKey, List.copyOf(all), attempt);
    }

    /** 0 for a call's first try; higher for a retry elsewhere, which the agent may refuse. */
    public Request attempt(int number) {
        return new Request(select, hashKey, exclude, number);
    }
}

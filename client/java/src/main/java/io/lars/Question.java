package io.lars;

/**
 * Where a question is sent, and when again: neither I/O nor a clock. First to the address that
 * answered last; to all of them when that is silent for a third of the time; to the others at once
 * when nobody listens there; and when nobody listens anywhere, again and again. Sets of addresses
 * have a bit for each.
 */
final class Question {
    /** How often a question is sent within its deadline, if nothing is heard. */
    static final int TRIES = 3;
    /** After which time an agent that isn't there is asked again: it may be about to start. */
    static final long AFTER_REFUSAL = 20_000_000;

    private final int all;
    private final long begin;
    private final long tryLength;
    private int due;
    private int asked;
    private int dead;
    private int refusals;
    private int attempt = 1;
    private boolean waitsAfterRefusal;
    private long again;

    /**
     * @param preferred below 0: all are asked at once
     */
    Question(int count, int preferred, long begin, long deadline) {
        all = (1 << count) - 1;
        due = preferred < 0 ? all : 1 << preferred;
        this.begin = begin;
        tryLength = (deadline - begin) / TRIES;
    }

    int takeDue() {
        int taken = due;
        due = 0;
        asked |= taken;
        return taken;
    }

    boolean hasDue() {
        return due != 0;
    }

    int asked() {
        return asked;
    }

    private long tryEnds() {
        return begin + attempt * tryLength;
    }

    long wakes() {
        return waitsAfterRefusal && again - tryEnds() < 0 ? again : tryEnds();
    }

    void wake(long now) {
        if (waitsAfterRefusal && now - again >= 0) {
            waitsAfterRefusal = false;
            dead = 0;
            refusals = 0;
            due = all;
        }
        if (now - tryEnds() >= 0) {
            ++attempt;
            due = all & ~dead;
        }
    }

    /** Nobody listens there. The first time that may be news of a datagram sent long ago. */
    void refused(int address, long now) {
        if ((refusals & 1 << address) != 0) {
            unreachable(address, now);
        } else {
            refusals |= 1 << address;
            due |= 1 << address;
        }
    }

    void unreachable(int address, long now) {
        dead |= 1 << address;
        due &= ~(1 << address);
        asked &= ~(1 << address);
        if ((asked | due) != 0) return;
        due = all & ~dead;
        if (due == 0) {
            waitsAfterRefusal = true;
            again = now + AFTER_REFUSAL;
        }
    }
}

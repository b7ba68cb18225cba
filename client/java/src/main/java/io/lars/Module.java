package io.lars;

import java.util.Objects;

/** A service: its name, such as "payments", or its two ids. */
public final class Module {
    private final String name;
    private final int modid;
    private final int cmdid;

    private Module(String name, int modid, int cmdid) {
        this.name = name;
        this.modid = modid;
        this.cmdid = cmdid;
    }

    /**
     * @throws InvalidException when the text can't be a name: labels of lower-case letters, digits
     *     and '-', joined by dots, of at most 200 characters, and not digits alone
     */
    public static Module named(String name) {
        String why = whyNoName(Objects.requireNonNull(name));
        if (why != null) throw new InvalidException("'" + name + "' is no name of a module: " + why);
        return new Module(name, 0, 0);
    }

    /**
     * @throws InvalidException when an id is below 0
     */
    public static Module of(int modid, int cmdid) {
        if (modid < 0 || cmdid < 0) {
            throw new InvalidException(modid + "," + cmdid + " is no module: ids are from 0 up");
        }
        return new Module("", modid, cmdid);
    }

    /** The name; empty if the ids say which module it is. */
    public String name() {
        return name;
    }

    public int modid() {
        return modid;
    }

    public int cmdid() {
        return cmdid;
    }

    boolean hasName() {
        return !name.isEmpty();
    }

    private static String whyNoName(String text) {
        if (text.isEmpty()) return "it is empty";
        if (text.length() > 200) return "it has more than 200 characters";
        if (text.chars().allMatch(c -> c >= '0' && c <= '9')) return "digits alone are an id";
        for (String label : text.split("\\.", -1)) {
            if (label.isEmpty() || label.length() > 63) {
                return "a part between dots has 1 to 63 characters";
            }
            boolean allowed =
                    label.chars()
                            .allMatch(
                                    c ->
                                            (c >= 'a' && c <= 'z')
                                                    || (c >= '0' && c <= '9')
                                                    || c == '-');
            if (!allowed) return "names are of lower-case letters, digits, '-' and dots";
            if (label.startsWith("-") || label.endsWith("-")) {
                return "a part begins or ends with '-'";
            }
        }
        return null;
    }

    @Override
    public boolean equals(Object other) {
        if (!(other instanceof Module)) return false;
        Module that = (Module) other;
        return name.equals(that.name) && modid == that.modid && cmdid == that.cmdid;
    }

    @Override
    public int hashCode() {
        return Objects.hash(name, modid, cmdid);
    }

    @Override
    public String toString() {
        return hasName() ? name : modid + "," + cmdid;
    }
}

import io.lars.Choice;
import io.lars.Host;
import io.lars.InvalidException;
import io.lars.LarsClient;
import io.lars.LarsException;
import io.lars.Module;
import io.lars.NoAnswerException;
import io.lars.NoSuchModuleException;
import io.lars.Node;
import io.lars.OverloadedException;
import io.lars.Registration;
import io.lars.Request;
import io.lars.Result;
import io.lars.ServiceOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.security.Security;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** Does what run.py says with the Java client: a command a line, and a line of what came of it. */
public final class Driver {
    private LarsClient client;
    private Choice chosen;
    private Registration registration;

    public static void main(String[] arguments) throws IOException {
        // Or else the JVM keeps addresses for 30 s.
        Security.setProperty("networkaddress.cache.ttl", "1");
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        BufferedReader in =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        Driver driver = new Driver();
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            out.println(driver.answer(line.split(" ")));
        }
    }

    private String answer(String[] words) {
        try {
            return run(words);
        } catch (NoAnswerException error) {
            return "noanswer";
        } catch (NoSuchModuleException error) {
            return "noexist";
        } catch (OverloadedException error) {
            return "overload " + error.retryAfter().toMillis();
        } catch (InvalidException error) {
            return "invalid";
        } catch (LarsException error) {
            return "notfound";
        }
    }

    private static Module moduleOf(String text) {
        int comma = text.indexOf(',');
        if (comma < 0) return Module.named(text);
        return Module.of(
                Integer.parseInt(text.substring(0, comma)),
                Integer.parseInt(text.substring(comma + 1)));
    }

    private static Host hostOf(String text) {
        int colon = text.lastIndexOf(':');
        String address = text.substring(0, colon).replace("[", "").replace("]", "");
        return Host.of(address, Integer.parseInt(text.substring(colon + 1)));
    }

    private String register(String[] words) {
        if (registration != null) registration.close();
        registration = null;
        ServiceOptions options = new ServiceOptions().socket(words[1]);
        options.weight(Integer.parseInt(words[5])).drain(Duration.ofMillis(100));
        if (!words[4].equals("-")) options.address(words[4]);
        Map<String, String> tags = new HashMap<>();
        for (String each : words[6].equals("-") ? new String[0] : words[6].split(",")) {
            int equals = each.indexOf('=');
            tags.put(each.substring(0, Math.max(equals, 0)), each.substring(equals + 1));
        }
        options.tags(tags);
        registration = new Registration(moduleOf(words[2]), Integer.parseInt(words[3]), options);
        return "ok";
    }

    private String withdraw() {
        try {
            return registration.withdraw(Duration.ofSeconds(10)) ? "withdrawn" : "not yet";
        } catch (InterruptedException error) {
            return "interrupted";
        }
    }

    private boolean makePair(Module module) {
        try {
            Choice choice = client.choose(module);
            client.report(module, choice, Result.success().latency(Duration.ofMillis(1)));
            return true;
        } catch (LarsException error) {
            return false;
        }
    }

    /** Nanoseconds. */
    private String median(Module module, int count) {
        long[] took = new long[count];
        for (int i = 0; i < count; ++i) {
            long begun = System.nanoTime();
            makePair(module);
            took[i] = System.nanoTime() - begun;
        }
        Arrays.sort(took);
        return Long.toString(took[count / 2]);
    }

    private String pairs(Module module, int count, int threads) {
        AtomicInteger failed = new AtomicInteger();
        List<Thread> all = new ArrayList<>();
        for (int i = 0; i < threads; ++i) {
            Runnable pairs =
                    () -> {
                        for (int k = 0; k < count / threads; ++k) {
                            if (!makePair(module)) failed.incrementAndGet();
                        }
                    };
            Thread thread = new Thread(pairs);
            thread.start();
            all.add(thread);
        }
        try {
            for (Thread each : all) each.join();
        } catch (InterruptedException error) {
            return "interrupted";
        }
        return failed + " failed";
    }

    private String run(String[] words) {
        switch (words[0]) {
            case "pairs":
                int threads = Integer.parseInt(words[3]);
                return pairs(moduleOf(words[1]), Integer.parseInt(words[2]), threads);
            case "median":
                return median(moduleOf(words[1]), Integer.parseInt(words[2]));
            case "register":
                return register(words);
            case "state":
                return registration.state().name().toLowerCase(Locale.ROOT);
            case "withdraw":
                return withdraw();
            case "close":
                registration.close();
                registration = null;
                return "ok";
            case "open":
                if (client != null) client.close();
                LarsClient.Builder builder = LarsClient.builder().agent(words[1]);
                if (words.length > 2) {
                    builder.timeout(Duration.ofMillis(Long.parseLong(words[2])));
                }
                client = builder.build();
                return "ok";
            case "choose":
                return choose(words);
            case "report":
                return report(words);
            case "route":
                List<Node> nodes = client.route(moduleOf(words[1]));
                Host first = nodes.get(0).host();
                return "succ " + nodes.size() + " " + first + " " + nodes.get(nodes.size() - 1).host();
            case "prepare":
                client.prepare(moduleOf(words[1]));
                return "succ";
            case "hash":
                return Long.toUnsignedString(LarsClient.hash(words[1]));
            default:
                return "what is " + words[0] + "?";
        }
    }

    private String choose(String[] words) {
        Request request = Request.NONE;
        for (int i = 2; i < words.length; ++i) {
            int equals = words[i].indexOf('=');
            String value = words[i].substring(equals + 1);
            switch (words[i].substring(0, equals)) {
                case "key":
                    request = request.hashKey(LarsClient.hash(value));
                    break;
                case "select":
                    request = request.select(value);
                    break;
                case "attempt":
                    request = request.attempt(Integer.parseInt(value));
                    break;
                default:
                    for (String host : value.split(",")) request = request.exclude(hostOf(host));
            }
        }
        chosen = client.choose(moduleOf(words[1]), request);
        return "succ " + chosen.host() + " " + chosen.modid() + "," + chosen.cmdid();
    }

    private String report(String[] words) {
        Result result = Result.of(Integer.parseInt(words[2]));
        if (!words[3].equals("-")) {
            result = result.latency(Duration.ofNanos(1_000 * Long.parseLong(words[3])));
        }
        for (int i = 4; i < words.length; ++i) {
            result = result.serverLoad(Float.parseFloat(words[i].substring("load=".length())));
        }
        return client.report(moduleOf(words[1]), chosen, result) ? "ok" : "noanswer";
    }
}

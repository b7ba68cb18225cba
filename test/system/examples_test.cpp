#include "programs.hpp"
#include "support/free_port.hpp"
#include "support/scripted_server.hpp"

using namespace lars::test;

namespace {

/// A module of two endpoints, of which one accepts connections.
struct World {
    World() {
        const auto added = run_lars({"route", "add", "1", "1", good, bad}, environment());
        REQUIRE(added.status == 0);
        const auto known = [this] {
            return run_lars({"get-route", "1", "1"}, environment()).output == routes();
        };
        REQUIRE(eventually(known));
    }

    Subprocess::Environment environment() const {
        return {{"LARS_STORE", dev.store()}, {"LARS_AGENT", dev.agent()}};
    }
    Finished run(
        const std::string& example,
        std::vector<std::string> words,
        const std::string& directory = LARS_EXAMPLES
    ) const {
        words.insert(words.begin(), directory + '/' + example);
        return run_program(words, environment());
    }
    Finished run_original(const std::string& name, const std::vector<std::string>& words) const {
        return run("original_" + name, words, LARS_ORIGINALS);
    }
    std::string routes() const {
        return good < bad ? good + '\n' + bad + '\n' : bad + '\n' + good + '\n';
    }

    Dev dev;
    ScriptedServer server;
    const std::string good = "127.0.0.1:" + std::to_string(server.port());
    const std::string bad = "127.0.0.1:" + std::to_string(free_port());
};

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

int count(const std::string& text, const std::string& part) {
    int found = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
    return found;
}

}  // namespace

TEST_CASE("the examples call a service whose one node is down") {
    const World world;
    const auto plain = world.run("example_c", {"1", "1", "20"});
    CAPTURE(plain.output);
    CHECK(plain.status == 0);
    CHECK(contains(plain.output, world.good + " succeeded\n"));

    const auto retrying = world.run("example_cpp", {"1", "1", "20"});
    CAPTURE(retrying.output);
    CHECK(count(retrying.output, world.good + " succeeded\n") == 20);
    CHECK(count(retrying.output, world.bad + " succeeded") == 0);
    CHECK(contains(retrying.output, "20 of 20 calls succeeded\n"));
    CHECK(retrying.status == 0);

    const auto watched = world.run("example_watch", {"1", "1"});
    CAPTURE(watched.output);
    CHECK(contains(watched.output, "2 nodes\n"));
    CHECK(contains(watched.output, world.good + " weight 100 serves\n"));

    const auto original = world.run("example_original", {"1", "1"});
    CAPTURE(original.output);
    CHECK(original.status == 0);
    CHECK(contains(original.output, "node " + world.bad + '\n'));
    CHECK(contains(original.output, "host is 127.0.0.1:"));
}

TEST_CASE("the examples say what is wrong when the module isn't there") {
    const World world;
    CHECK(contains(world.run("example_c", {"9", "9"}).output, "no host: NOEXIST\n"));
    CHECK(world.run("example_cpp", {"9", "9"}).status == 1);
    CHECK(contains(world.run("example_original", {"9", "9"}).output, "9,9 doesn't exist\n"));
    CHECK(world.run("example_c", {}).status == 2);
}

TEST_CASE("programs that are written as the original's examples run with our agent") {
    const World world;
    const auto hosts = world.run_original("hosts", {"1", "1", "5"});
    CAPTURE(hosts.output);
    CHECK(count(hosts.output, "host 127.0.0.1:") == 5);
    CHECK(count(world.run_original("hosts", {"9", "9"}).output, "no host: 3\n") == 1);

    const auto routes = world.run_original("routes", {"1", "1"});
    CAPTURE(routes.output);
    CHECK(contains(routes.output, "node " + world.good + '\n'));
    CHECK(contains(routes.output, "2 nodes\n"));

    const auto caller = world.run_original("caller", {"1", "1", "0", "20"});
    CAPTURE(caller.output);
    CHECK(contains(caller.output, "127.0.0.1: 20 good, 0 bad\n"));

    const auto threads = world.run_original("threads", {"4", "50"});
    CAPTURE(threads.output);
    CHECK(contains(threads.output, "\n200 answered\n"));
}

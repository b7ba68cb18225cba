#include "services.hpp"
#include "support/dnsmasq.hpp"

#include <chrono>
#include <iostream>

using namespace lars::test;
using namespace std::chrono_literals;

namespace {

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

/// A SQLite file, as Services wants a database.
class SqliteStore {
public:
    std::string url() const { return "sqlite://" + directory_.file("lars.db"); }
    std::string password() const { return ""; }

private:
    TempDir directory_;
};

template <class Database>
class Suite : public Services<Database> {
public:
    /// `lars` on the store and the agent.
    std::string lars(const std::vector<std::string>& words, int status = 0) {
        CAPTURE(words);
        auto environment = this->environment();
        environment["LARS_STORE"] = this->database.url();
        const auto done = run_lars(words, environment);
        CAPTURE(done.output);
        CHECK(done.status == status);
        return done.output;
    }
    std::string get_host(const std::string& name) {
        return run_lars({"get-host", name}, this->environment()).output;
    }
    /// What a client of the original is answered: "10.0.0.1:80", or nothing.
    std::string original_get_host(int modid, int cmdid) {
        UdpPeer client(static_cast<std::uint16_t>(this->udp_port + (modid + cmdid) % 3));
        const auto ids =
            std::string("\x10") + static_cast<char>(modid) + '\x18' + static_cast<char>(cmdid);
        const auto answer = client.ask(frame(4, "\x08\x07" + ids));
        return answer ? to_hex(*answer) : "";
    }
};

}  // namespace

TEMPLATE_TEST_CASE(
    "an IPv6 endpoint is called by its module's name, and its calls are counted",
    "",
    SqliteStore,
    MariadbServer
) {
    Suite<TestType> suite;
    const auto port = std::to_string(free_port());
    const auto endpoint = "[::1]:" + port;
    Subprocess server({LARS_ACCEPTING_SERVER, endpoint}, suite.directory.file("server"));
    REQUIRE(server.prints("ready"));
    suite.start_dns();
    suite.start_reporter();
    suite.start_agent({"--zone", "eu-1/a"});
    suite.lars({"route", "add", "six", endpoint, "--zone", "eu-1/a", "--tag", "version=2"});
    REQUIRE(eventually([&] { return suite.get_host("six") == endpoint + '\n'; }));

    const auto called =
        run_program({LARS_EXAMPLES "/example_cpp", "six", "200"}, suite.environment());
    CAPTURE(called.output);
    CHECK(called.status == 0);
    CHECK(contains(called.output, "200 of 200 calls succeeded"));
    const auto counted = "\"host\":\"::1\",\"port\":" + port;
    REQUIRE(eventually([&] {
        const auto status = suite.lars({"status", "six", "--json"});
        return contains(status, counted) && contains(status, "\"calls\":200");
    }));
    CHECK(contains(suite.lars({"route", "list", "six"}), endpoint));
    CHECK(contains(suite.lars({"status", "six"}), endpoint));
    const auto route = suite.lars({"get-route", "six", "--json"});
    CHECK(contains(route, "\"zone\":\"eu-1/a\",\"tags\":\"version=2\""));
}

TEST_CASE("an original client is shown a module's IPv4 endpoints, whatever else it has") {
    Suite<SqliteStore> suite;
    suite.start_dns();
    suite.start_agent({"--zone", "eu-1/a"});
    suite.lars({"route", "add", "1", "1", "[2001:db8::1]:80", "--zone", "eu-1/a"});
    suite.lars({"route", "add", "1", "1", "10.0.0.1:80", "--zone", "us-2/b", "--tag", "version=2"});
    suite.lars({"route", "add", "1", "2", "[2001:db8::1]:80"});
    // retcode is field 4 and 0, the host's ip 10.0.0.1 and its port 80.
    const auto shown =
        "2a070881808050"
        "1050";
    REQUIRE(eventually([&] { return contains(suite.original_get_host(1, 1), shown); }));
    for (int i = 0; i < 50; ++i) CHECK(contains(suite.original_get_host(1, 1), shown));
    // 3, NOEXIST.
    CHECK(eventually([&] { return contains(suite.original_get_host(1, 2), "2003"); }));
}

TEMPLATE_TEST_CASE(
    "a host's new address reaches get_host, and a name server that is frozen delays nobody",
    "",
    SqliteStore,
    MariadbServer
) {
    constexpr int kTtl = 2;
    Dnsmasq names({{"db.example", {"10.0.0.1"}}}, kTtl);
    Suite<TestType> suite;
    suite.start_dns({"--name-servers", names.address()});
    suite.start_agent();
    suite.lars({"route", "add", "db", "db.example:5432"});
    CHECK(contains(suite.lars({"route", "list", "db"}), "db.example:5432"));
    REQUIRE(eventually([&] { return suite.get_host("db") == "10.0.0.1:5432\n"; }));

    names.set({{"db.example", {"10.0.0.2"}}});
    const auto changed = std::chrono::steady_clock::now();
    REQUIRE(eventually([&] { return suite.get_host("db") == "10.0.0.2:5432\n"; }));
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - changed;
    std::cout << "a host's new address reached get_host after " << took.count()
              << " s; its time to live is " << kTtl << " s\n";

    names.send_signal(SIGSTOP);
    suite.lars({"route", "add", "db", "10.0.0.9:5432"});
    suite.lars({"route", "add", "other", "10.0.0.3:80", "late.example:80"});
    REQUIRE(eventually([&] { return suite.get_host("other") == "10.0.0.3:80\n"; }));
    // The last answer is kept, and the new row beside it.
    const auto both = [&] {
        const auto route = run_lars({"get-route", "db"}, suite.environment()).output;
        return contains(route, "10.0.0.2:5432") && contains(route, "10.0.0.9:5432");
    };
    CHECK(eventually(both));
    suite.dns->send_signal(SIGTERM);
    CHECK(suite.dns->wait() == 0);

    // The next dns knows nothing of the host; who has a route keeps it.
    suite.start_dns({"--name-servers", names.address()});
    suite.lars({"route", "add", "third", "10.0.0.4:80"});
    REQUIRE(eventually([&] { return suite.get_host("third") == "10.0.0.4:80\n"; }));
    CHECK(both());
    const auto held = [&] {
        const auto dns = "127.0.0.1:" + std::to_string(suite.dns_port);
        return run_lars({"route", "held", "--dns", dns}, suite.environment()).output;
    };
    CHECK(eventually([&] { return contains(held(), "no name server answers for one of its hosts"); }
    ));
    names.send_signal(SIGCONT);
    CHECK(eventually([&] { return contains(held(), "nothing is held"); }));
    CHECK(both());
}

TEST_CASE("a tag's endpoints get the share of calls that is split off for them") {
    Suite<SqliteStore> suite;
    suite.start_dns();
    suite.start_agent({"--policy", "weighted_round_robin"});
    suite.lars({"route", "add", "pay", "10.0.0.1:80", "10.0.0.2:80", "10.0.0.3:80"});
    suite.lars({"route", "add", "pay", "10.0.1.1:80", "--tag", "version=2"});
    CHECK(suite.lars({"route", "split", "pay", "version=2", "5%"}) == "set: version=2 gets 5 %\n");
    CHECK(contains(
        suite.lars({"route", "list", "pay"}), ": endpoints with version=2 get 5 % of the calls\n"
    ));
    CHECK(contains(suite.lars({"route", "split", "pay", "version=2", "101%"}, 2), "'101%' is not"));
    const auto weights = [&] {
        const auto route = run_lars({"get-route", "pay"}, suite.environment()).output;
        return contains(route, "65535") && contains(route, "10348");
    };
    // 5 % beside three that share 95 %: 3 * 65535 * 5 / 95.
    CHECK(eventually(weights));
    suite.lars({"route", "split", "pay", "version=2", "--remove"});
    CHECK(eventually([&] { return !weights(); }));
}

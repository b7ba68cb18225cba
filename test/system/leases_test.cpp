#include "programs.hpp"
#include "support/database.hpp"
#include "support/free_port.hpp"
#include "support/wait.hpp"

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>

using namespace lars::test;

namespace {

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

/// Some dns services and agents on one database, each a program of its own.
class Fleet {
public:
    explicit Fleet(const std::string& kind = "mariadb") : database_(make_database(kind)) {
        ::setenv("LARS_STORE_PASSWORD", database_->url().password.c_str(), 1);
        lars({"store", "migrate"});
    }

    void start_dns(int number, const std::vector<std::string>& more = {}) {
        if (!dns_ports_.contains(number)) dns_ports_[number] = free_port();
        dns_.erase(number);
        std::vector<std::string> command{
            program("lars-dns"),
            "--store",
            lars::store::to_string(database_->url()),
            "--listen",
            address(dns_ports_[number]),
            "--lease",
            "1s"};
        command.insert(command.end(), more.begin(), more.end());
        const auto name = "dns-" + std::to_string(number);
        dns_.try_emplace(number, command, directory_.file(name), clock_of(name));
    }
    /// Programs that are started from now on have clocks that can be moved, by their names.
    void make_clocks_movable() { clocks_move_ = true; }
    void move_clock(const std::string& name, int seconds) {
        std::ofstream(directory_.file("clock-" + name)) << seconds;
    }
    /// An agent that has one instance of `payments`, by a file.
    void start_agent(int number) { start_agent(number, number); }
    /// … that has another one's state directory.
    void start_agent(int number, int state) {
        const auto services = directory_.file("services-" + std::to_string(number));
        const auto kept = directory_.file("state-" + std::to_string(state));
        std::filesystem::create_directories(services);
        std::filesystem::create_directories(kept);
        std::ofstream(services + "/a.conf")
            << "[payments]\naddress = 10.0.0." << number << "\nport = 80\n";
        std::string dns;
        for (const auto& [each, port] : dns_ports_) dns += (dns.empty() ? "" : ",") + address(port);
        const auto name = "agent-" + std::to_string(number);
        agents_.erase(number);
        agents_.try_emplace(
            number,
            std::vector<std::string>{
                program("lars-agent"),
                "--dns",
                dns,
                "--udp-port",
                "0",
                "--services-directory",
                services,
                "--state-directory",
                kept,
                "--admin",
                address(free_port())},
            directory_.file(name),
            clock_of(name)
        );
    }
    Subprocess& dns(int number) { return dns_.at(number); }
    Subprocess& agent(int number) { return agents_.at(number); }

    std::string lars(std::vector<std::string> words, int status = 0) {
        CAPTURE(words);
        const auto done =
            run_lars(std::move(words), {{"LARS_STORE", lars::store::to_string(database_->url())}});
        CAPTURE(done.output);
        CHECK(done.status == status);
        return done.output;
    }
    std::string sql(const std::string& text) { return database_->sql(text); }
    bool come_to_be(int rows) {
        const auto all = std::to_string(rows) + '\n';
        return eventually([&] { return sql("SELECT COUNT(*) FROM RouteData") == all; });
    }
    /// Changes by each of which a route became another one.
    std::string changes() { return sql("SELECT COUNT(*) FROM RouteLog"); }
    std::string dns_address(int number) { return address(dns_ports_.at(number)); }

private:
    static std::string address(int port) { return "127.0.0.1:" + std::to_string(port); }

    Subprocess::Environment clock_of(const std::string& name) const {
        if (!clocks_move_) return {};
        const auto* const asan = std::getenv("ASAN_OPTIONS");
        return {
            {"LD_PRELOAD", LARS_CLOCK_SHIFT_LIBRARY},
            {"LARS_CLOCK_SHIFT", directory_.file("clock-" + name)},
            {"ASAN_OPTIONS", std::string(asan ? asan : "") + ":verify_asan_link_order=0"}};
    }

    std::unique_ptr<Database> database_;
    TempDir directory_;
    bool clocks_move_ = false;
    std::map<int, int> dns_ports_;
    std::map<int, Subprocess> dns_;
    std::map<int, Subprocess> agents_;
};

}  // namespace

TEST_CASE("an agent that is killed and started again changes no route") {
    Fleet fleet;
    fleet.start_dns(1);
    fleet.start_agent(1);
    fleet.start_agent(2);
    REQUIRE(fleet.come_to_be(2));
    const auto before = fleet.changes();
    for (int i = 0; i < 3; ++i) {
        fleet.agent(1).send_signal(SIGKILL);
        fleet.agent(1).wait();
        fleet.start_agent(1);
        REQUIRE(fleet.agent(1).prints("connected to dns"));
        // Its session of now is known, and so is that nothing of it has changed.
        REQUIRE(eventually([&] {
            return fleet.sql("SELECT COUNT(*) FROM Owner WHERE start = " + std::to_string(i + 2)) ==
                   "1\n";
        }));
    }
    CHECK(fleet.changes() == before);
}

TEST_CASE("a host that dies is out of the routes after its lease, with the reason") {
    Fleet fleet;
    fleet.start_dns(1);
    for (int i = 1; i <= 3; ++i) fleet.start_agent(i);
    REQUIRE(fleet.come_to_be(3));
    fleet.agent(1).send_signal(SIGSTOP);  // no FIN
    REQUIRE(fleet.come_to_be(2));
    CHECK(contains(
        fleet.sql("SELECT detail FROM RouteAudit WHERE action = 'expire'"),
        "10.0.0.1:80: lease over"
    ));
    fleet.agent(1).send_signal(SIGCONT);
    CHECK(fleet.come_to_be(3));
}

TEST_CASE("dns services that are killed, or all down, take nothing out of the routes") {
    Fleet fleet;
    fleet.start_dns(1);
    fleet.start_dns(2);
    for (int i = 1; i <= 3; ++i) fleet.start_agent(i);
    REQUIRE(fleet.come_to_be(3));
    const auto before = fleet.changes();
    for (const int number : {1, 2}) {
        fleet.dns(number).send_signal(SIGKILL);
        fleet.dns(number).wait();
        // So that a lease, twice, has passed for whoever is left to look at it.
        std::this_thread::sleep_for(std::chrono::milliseconds(3'500));
        CHECK(fleet.changes() == before);
        fleet.start_dns(number);
        REQUIRE(fleet.dns(number).prints("dns serves"));
    }
    fleet.dns(1).send_signal(SIGKILL);
    fleet.dns(2).send_signal(SIGKILL);
    std::this_thread::sleep_for(std::chrono::milliseconds(3'000));
    fleet.start_dns(1);
    fleet.start_dns(2);
    fleet.start_agent(4);
    REQUIRE(fleet.come_to_be(4));
    std::this_thread::sleep_for(std::chrono::milliseconds(3'500));
    CHECK(fleet.sql("SELECT COUNT(*) FROM RouteAudit WHERE action = 'expire'") == "0\n");
}

TEST_CASE("hosts' clocks that are moved by an hour change no route") {
    Fleet fleet;
    fleet.make_clocks_movable();
    fleet.start_dns(1);
    fleet.start_dns(2);
    for (int i = 1; i <= 3; ++i) fleet.start_agent(i);
    REQUIRE(fleet.come_to_be(3));
    const auto before = fleet.changes();
    fleet.move_clock("dns-1", 3'600);
    fleet.move_clock("dns-2", -3'600);
    fleet.move_clock("agent-1", -3'600);
    fleet.move_clock("agent-2", 3'600);
    // Three leases, by the database's clock.
    const auto seen = [&] { return std::stoll(fleet.sql("SELECT MIN(seen_us) FROM DnsAlive")); };
    const auto begin = seen();
    REQUIRE(eventually([&] { return seen() > begin + 3'000'000; }));
    CHECK(fleet.changes() == before);
    fleet.start_agent(4);
    CHECK(fleet.come_to_be(4));
    CHECK(fleet.dns(1).running());
}

TEST_CASE("a module's last instance is held, shown, and goes when that is confirmed") {
    Fleet fleet;
    fleet.start_dns(1);
    fleet.start_agent(1);
    REQUIRE(fleet.come_to_be(1));
    fleet.agent(1).send_signal(SIGSTOP);
    REQUIRE(eventually([&] { return fleet.sql("SELECT COUNT(*) FROM HeldExpiry") == "1\n"; }));
    CHECK(fleet.sql("SELECT COUNT(*) FROM RouteData") == "1\n");
    REQUIRE(eventually([&] {
        const auto held = run_lars({"route", "held", "--dns", fleet.dns_address(1)});
        return held.status == 1 && contains(held.output, "the instances of 1 agents that are gone");
    }));
    CHECK(contains(fleet.lars({"route", "list"}), "serves, held"));
    fleet.lars({"route", "confirm"});
    REQUIRE(fleet.come_to_be(0));
    CHECK(contains(fleet.sql("SELECT detail FROM RouteAudit WHERE action = 'expire'"), "confirmed")
    );
    CHECK(fleet.sql("SELECT COUNT(*) FROM HeldExpiry") == "0\n");
}

TEST_CASE("of two agents with one identity one is refused, and both are named") {
    Fleet fleet;
    fleet.start_dns(1);
    fleet.start_agent(1);
    REQUIRE(fleet.come_to_be(1));
    fleet.start_agent(2, 1);
    REQUIRE(fleet.agent(2).prints("two agents say that they are owner"));
    CHECK(fleet.dns(1).prints("two agents say that they are owner"));
    CHECK(fleet.sql("SELECT COUNT(*) FROM RouteData") == "1\n");
}

TEST_CASE("what is in the routes outlives the database's outage, and comes to be right after it") {
    Fleet fleet("sqlite");
    fleet.start_dns(1);
    fleet.start_agent(1);
    fleet.start_agent(2);
    REQUIRE(fleet.come_to_be(2));
    // Nobody else can write for longer than two leases; what changes meanwhile waits.
    fleet.sql(".timeout 60000\nBEGIN IMMEDIATE;\n.shell sleep 4\nROLLBACK;");
    CHECK(fleet.sql("SELECT COUNT(*) FROM RouteAudit WHERE action = 'expire'") == "0\n");
    fleet.start_agent(3);
    CHECK(fleet.come_to_be(3));
}

TEST_CASE("a service that may not be registered is refused, by name") {
    Fleet fleet("sqlite");
    fleet.start_dns(1, {"--register-services", "batch-*"});
    fleet.start_agent(1);
    REQUIRE(fleet.agent(1).prints(
        "dns refuses payments 10.0.0.1:80: this agent may register batch-* only"
    ));
    CHECK(fleet.sql("SELECT COUNT(*) FROM RouteData") == "0\n");
}

#include "programs.hpp"
#include "support/free_port.hpp"

#include <lars/client.hpp>

#include <atomic>
#include <cstdint>
#include <fstream>
#include <iostream>
#include <map>
#include <mutex>
#include <random>
#include <set>
#include <sstream>
#include <thread>

using namespace lars::test;
using namespace std::chrono_literals;

namespace {

std::string address(int port) {
    return "127.0.0.1:" + std::to_string(port);
}

/// Several agents and dns services, as programs, on one MariaDB server.
class Fleet {
public:
    explicit Fleet(std::size_t services) {
        ::setenv("LARS_STORE_PASSWORD", database.password().c_str(), 1);
        const auto migrated = run_lars({"store", "migrate", "--store", database.url()});
        CAPTURE(migrated.output);
        REQUIRE(migrated.status == 0);
        for (std::size_t i = 0; i < services; ++i) {
            ports.push_back(free_port());
            dns.emplace_back();
            start_dns(i);
        }
    }

    void start_dns(std::size_t index) {
        dns[index] = std::make_unique<Subprocess>(
            std::vector<std::string>{
                program("lars-dns"),
                "--store",
                database.url(),
                "--listen",
                address(ports[index]),
                "--compare-interval",
                "2s"},
            directory.file("dns" + std::to_string(index))
        );
    }
    void kill_dns(std::size_t index) {
        dns[index]->send_signal(SIGKILL);
        dns[index]->wait();
    }

    std::unique_ptr<Subprocess> start_agent(int udp_port, const std::string& name) {
        std::string peers;
        for (const auto port : ports) peers += (peers.empty() ? "" : ",") + address(port);
        return std::make_unique<Subprocess>(
            std::vector<std::string>{
                program("lars-agent"),
                "--dns",
                peers,
                "--reporter",
                address(1),
                "--udp-port",
                std::to_string(udp_port),
                "--route-file",
                directory.file(name + ".routes")},
            directory.file(name)
        );
    }

    MariadbServer database;
    TempDir directory;
    std::vector<int> ports;
    std::vector<std::unique_ptr<Subprocess>> dns;
};

std::string text_of(const std::vector<lars::Host>& hosts) {
    std::set<std::string> sorted;
    for (const auto& host : hosts) sorted.insert(host.address + ':' + std::to_string(host.port));
    std::string text;
    for (const auto& each : sorted) text += each + ' ';
    return text;
}

/// Every route that each module ever had in the table, in the order of commits or not.
class History {
public:
    void add(int modid, const std::string& route) {
        const std::lock_guard lock(mutex_);
        routes_[modid].insert(route);
    }
    bool has(int modid, const std::string& route) { return routes_[modid].contains(route); }

private:
    std::mutex mutex_;
    std::map<int, std::set<std::string>> routes_;
};

/// How many an agent's route file has: behind 24 bytes, each says its size in 4 bytes.
int routes_in(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    int count = 0;
    std::uint32_t size = 0;  // as this machine writes numbers, and the file
    for (file.seekg(24); file.read(reinterpret_cast<char*>(&size), sizeof size); ++count) {
        file.seekg(size, std::ios::cur);
    }
    return count;
}

constexpr int kModules = 6;

std::string rows_of(int modid) {
    return "SELECT CONCAT(INET_NTOA(serverip), ':', serverport) FROM lars_dns.RouteData WHERE modid"
           " = " +
           std::to_string(modid) + " ORDER BY serverip, serverport;";
}

std::string route_in(const std::string& rows) {
    std::istringstream lines(rows);
    std::set<std::string> sorted;
    for (std::string line; std::getline(lines, line);) sorted.insert(line);
    std::string text;
    for (const auto& each : sorted) text += each + ' ';
    return text;
}

/// One edit in a transaction that also tells what the module's route is then; one in ten is rolled
/// back.
bool edit(MariadbServer& database, History& history, std::mt19937& random) {
    const int modid = 1 + static_cast<int>(random() % kModules);
    const auto module = std::to_string(modid);
    const auto ip = std::to_string(0x0A000001 + random() % 8);
    const auto port = std::to_string(80 + random() % 3);
    const std::string edits[]{
        "INSERT INTO lars_dns.RouteData(modid, cmdid, serverip, serverport) VALUES (" + module +
            ", 1, " + ip + ", " + port + ");",
        "UPDATE lars_dns.RouteData SET serverport = " + port + " WHERE modid = " + module +
            " AND serverip = " + ip + ";",
        "DELETE FROM lars_dns.RouteData WHERE modid = " + module + " AND serverip = " + ip +
            " LIMIT 1;"};
    const bool commit = random() % 10 != 0;
    const auto rows = database.sql(
        "START TRANSACTION; DO (SELECT version FROM lars_dns.RouteVersion WHERE id = 1 FOR "
        "UPDATE);" +
        edits[random() % 3] + rows_of(modid) + (commit ? "COMMIT" : "ROLLBACK")
    );
    if (commit) history.add(modid, route_in(rows));
    return commit;
}

/// What one agent says, over and over.
class Observer {
public:
    explicit Observer(int udp_port)
        : client_({.agent = address(udp_port) + "/3"}),
          thread_([this](const std::stop_token& stop) {
              while (!stop.stop_requested()) look();
          }) {}

    void stop() {
        thread_.request_stop();
        thread_.join();
    }
    std::string now(int modid) { return text_of(client_.get_route(modid, 1)); }
    const std::map<int, std::set<std::string>>& seen() const { return seen_; }

private:
    void look() {
        for (int modid = 1; modid <= kModules; ++modid) seen_[modid].insert(now(modid));
        std::this_thread::sleep_for(2ms);
    }

    lars::Client client_;
    std::map<int, std::set<std::string>> seen_;
    std::jthread thread_;
};

}  // namespace

TEST_CASE("two dns on one database, killed at random under concurrent writers, lose no edit") {
    Fleet fleet(2);
    History history;
    for (int modid = 1; modid <= kModules; ++modid) {
        fleet.database.sql(
            "INSERT INTO lars_dns.RouteData(modid, cmdid, serverip, serverport) VALUES (" +
            std::to_string(modid) + ", 1, 1, 1)"  // stays, so that no module is ever empty
        );
        history.add(modid, "0.0.0.1:1 ");
    }
    std::vector<std::unique_ptr<Subprocess>> agents;
    std::vector<std::unique_ptr<Observer>> observers;
    for (int i = 0; i < 3; ++i) {
        const int port = free_port(SOCK_DGRAM, 3);
        agents.push_back(fleet.start_agent(port, "agent" + std::to_string(i)));
        lars::Client client({.agent = address(port) + "/3"});
        REQUIRE(eventually([&] {
            for (int modid = 1; modid <= kModules; ++modid) {
                if (client.get_route(modid, 1).empty()) return false;
            }
            return true;
        }));
        observers.push_back(std::make_unique<Observer>(port));
    }

    constexpr int kWriters = 4;
    constexpr int kEdits = 1'000;
    std::atomic<int> committed{0};
    std::atomic<int> writing{kWriters};
    std::vector<std::jthread> writers;
    for (unsigned writer = 0; writer < kWriters; ++writer) {
        writers.emplace_back([&, writer] {
            std::mt19937 random(writer);
            for (int i = 0; i < kEdits / kWriters; ++i) {
                if (edit(fleet.database, history, random)) ++committed;
            }
            --writing;
        });
    }
    std::mt19937 random(99);
    int kills = 0;
    while (writing > 0) {
        std::this_thread::sleep_for(std::chrono::milliseconds(500 + random() % 1'500));
        const auto victim = random() % fleet.dns.size();
        fleet.kill_dns(victim);
        fleet.start_dns(victim);
        ++kills;
    }
    writers.clear();

    int mismatches = 0;
    std::size_t routes = 0;
    for (int modid = 1; modid <= kModules; ++modid) {
        const auto table = route_in(fleet.database.sql(rows_of(modid)));
        for (auto& observer : observers) {
            const bool arrived = eventually([&] { return observer->now(modid) == table; });
            if (!arrived) ++mismatches;
            CHECK(arrived);
        }
    }
    for (auto& observer : observers) {
        observer->stop();
        for (const auto& [modid, seen] : observer->seen()) {
            routes += seen.size();
            for (const auto& route : seen) {
                CAPTURE(modid, route);
                if (!history.has(modid, route)) ++mismatches;
                CHECK(history.has(modid, route));
            }
        }
    }
    std::cout << kEdits << " edits (" << committed << " committed, the others rolled back), "
              << kills << " kills, " << routes << " distinct routes seen by " << observers.size()
              << " agents, " << mismatches << " mismatches\n";
    CHECK(mismatches == 0);
}

TEST_CASE("an agent killed while dns and database are down answers for all it knew when it starts"
) {
    Fleet fleet(1);
    constexpr int kKnown = 500;
    std::string values;
    for (int modid = 1; modid <= kKnown; ++modid) {
        values += (modid > 1 ? ", (" : "(") + std::to_string(modid) + ", 1, 3232235953, 7777)";
    }
    fleet.database.sql(
        "INSERT INTO lars_dns.RouteData(modid, cmdid, serverip, serverport) VALUES " + values
    );
    const int port = free_port(SOCK_DGRAM, 3);
    lars::Client client({.agent = address(port) + "/3", .timeout = 60s});
    auto agent = fleet.start_agent(port, "agent");
    const auto answered = [&client] {
        int count = 0;
        for (int modid = 1; modid <= kKnown; ++modid) {
            if (client.get_host(modid, 1)) ++count;
        }
        return count;
    };
    REQUIRE(eventually([&] { return answered() == kKnown; }));
    // Written each second, if something came.
    const auto path = fleet.directory.file("agent.routes");
    REQUIRE(eventually([&] { return routes_in(path) == kKnown; }));
    fleet.kill_dns(0);
    fleet.database.kill();
    agent->send_signal(SIGKILL);
    agent->wait();

    const auto started = std::chrono::steady_clock::now();
    agent = fleet.start_agent(port, "agent");
    REQUIRE(eventually([&] { return static_cast<bool>(client.get_host(1, 1)); }));
    const auto took = std::chrono::steady_clock::now() - started;
    const auto known = answered();
    std::cout << "first get_host "
              << std::chrono::duration_cast<std::chrono::milliseconds>(took).count()
              << " ms after the start, " << known << " of " << kKnown << " modules answered\n";
    CHECK(known == kKnown);

    SECTION("a damaged file is refused with a word, and the agent serves all the same") {
        agent->send_signal(SIGKILL);
        agent->wait();
        run_program({"sh", "-c", "printf x | dd of=" + path + " bs=1 seek=40 conv=notrunc"});
        agent = fleet.start_agent(port, "agent");
        CHECK(agent->prints("its checksum doesn't match; not used, and kept as"));
        CHECK(eventually([&] { return client.get_host(1, 1).code() == lars::Code::noexist; }));
    }
}

#include "services.hpp"

#include <unistd.h>

#include <array>
#include <iostream>
#include <memory>

using namespace lars::test;

namespace {

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

void ip(std::vector<std::string> words) {
    words.insert(words.begin(), "ip");
    const auto done = run_program(words);
    CAPTURE(words, done.output);
    REQUIRE(done.status == 0);
}

/// A network of its own in which hosts have the addresses 10.77.0.1 and up, each a namespace.
class Network {
public:
    explicit Network(int hosts) {
        for (int i = 0; i < hosts; ++i) {
            names_.push_back("lars" + std::to_string(::getpid()) + "-" + std::to_string(i));
            ip({"netns", "add", names_.back()});
            ip({"-n", names_.back(), "link", "set", "lo", "up"});
        }
        const auto& hub = names_.front();
        ip({"-n", hub, "link", "add", "bridge", "type", "bridge"});
        ip({"-n", hub, "link", "set", "bridge", "up"});
        ip({"-n", hub, "addr", "add", address(0) + "/24", "dev", "bridge"});
        for (int i = 1; i < hosts; ++i) {
            const auto port = "port" + std::to_string(i);
            ip({"-n",
                hub,
                "link",
                "add",
                port,
                "type",
                "veth",
                "peer",
                "name",
                "eth0",
                "netns",
                name(i)});
            ip({"-n", hub, "link", "set", port, "master", "bridge", "up"});
            ip({"-n", name(i), "addr", "add", address(i) + "/24", "dev", "eth0"});
            ip({"-n", name(i), "link", "set", "eth0", "up"});
        }
    }
    ~Network() {
        for (const auto& each : names_) run_program({"ip", "netns", "del", each});
    }

    const std::string& name(int host) const { return names_.at(static_cast<std::size_t>(host)); }
    static std::string address(int host) { return "10.77.0." + std::to_string(host + 1); }
    /// A command, run at a host.
    std::vector<std::string> at(int host, std::vector<std::string> command) const {
        command.insert(command.begin(), {"ip", "netns", "exec", name(host)});
        return command;
    }

private:
    std::vector<std::string> names_;
};

/// Three zones of one host each, with an agent and three servers, and a host with dns.
class Zones {
public:
    static constexpr int kZones = 3;
    static constexpr int kServers = 3;

    Zones() {
        REQUIRE(lars({"store", "migrate"}).status == 0);
        for (int zone = 1; zone <= kZones; ++zone) add_servers(zone);
        dns_ =
            start(0, "dns", {program("lars-dns"), "--store", store(), "--listen", "0.0.0.0:7778"});
        for (int zone = 1; zone <= kZones; ++zone) {
            agents_[zone - 1] = start(
                zone,
                "agent",
                {program("lars-agent"),
                 "--dns",
                 Network::address(0) + ":7778",
                 "--reporter",
                 Network::address(0) + ":1",
                 "--zone",
                 zone_name(zone)}
            );
        }
    }

    /// So many calls of a process at a zone's host; its output.
    Finished call(int zone, int calls) {
        return run_program(
            network_.at(zone, {LARS_EXAMPLES "/example_cpp", "pay", std::to_string(calls)})
        );
    }
    void kill_servers(int zone) {
        servers_[zone - 1]->send_signal(SIGKILL);
        servers_[zone - 1]->wait();
    }

    static std::string zone_name(int zone) { return "eu-" + std::to_string(zone) + "/a"; }

private:
    std::string store() const { return "sqlite://" + directory_.file("lars.db"); }
    Finished lars(const std::vector<std::string>& words) {
        return run_lars(words, {{"LARS_STORE", store()}});
    }
    std::unique_ptr<Subprocess> start(
        int host, const std::string& name, const std::vector<std::string>& command
    ) {
        const auto file = directory_.file(name + std::to_string(host));
        return std::make_unique<Subprocess>(network_.at(host, command), file);
    }
    void add_servers(int zone) {
        std::vector<std::string> command{LARS_ACCEPTING_SERVER};
        std::vector<std::string> add{"route", "add", "pay", "--zone", zone_name(zone)};
        for (int i = 0; i < kServers; ++i) {
            const auto endpoint = Network::address(zone) + ':' + std::to_string(9000 + i);
            command.push_back(endpoint);
            add.push_back(endpoint);
        }
        servers_[zone - 1] = start(zone, "servers", command);
        REQUIRE(servers_[zone - 1]->prints("ready"));
        REQUIRE(lars(add).status == 0);
    }

    TempDir directory_;
    Network network_{kZones + 1};
    std::unique_ptr<Subprocess> dns_;
    std::array<std::unique_ptr<Subprocess>, kZones> servers_;
    std::array<std::unique_ptr<Subprocess>, kZones> agents_;
};

int count(const std::string& text, const std::string& part) {
    int found = 0;
    for (auto at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++found;
    return found;
}

}  // namespace

TEST_CASE("a zone's servers are killed: its callers go to other zones, and no call fails") {
    if (::geteuid() != 0) {
        WARN("network namespaces need root: not tested");
        return;
    }
    Zones zones;
    REQUIRE(eventually([&] { return zones.call(1, 10).status == 0; }));
    const auto near = Network::address(1) + ':';
    const auto before = zones.call(1, 1'000);
    CHECK(before.status == 0);
    CHECK(count(before.output, near) >= 900);

    zones.kill_servers(1);
    const auto first = zones.call(1, 1'000);
    std::cout << "the first 1,000 calls after a zone's death: " << count(first.output, " failed")
              << " attempts failed\n";
    ::sleep(1);
    const auto later = zones.call(1, 2'000);
    CAPTURE(
        later.output.substr(later.output.size() - std::min<std::size_t>(later.output.size(), 400))
    );
    CHECK(later.status == 0);
    CHECK(contains(later.output, "2000 of 2000 calls succeeded"));
    std::cout << "2,000 calls from one second after: " << count(later.output, " failed")
              << " attempts failed and were made again elsewhere\n";
    for (int zone = 2; zone <= Zones::kZones; ++zone) CHECK(zones.call(zone, 500).status == 0);
}

#include "edits.hpp"
#include "services.hpp"
#include "support/galera_cluster.hpp"

#include <iostream>
#include <sstream>

using namespace lars::test;

namespace {

using Endpoints = std::multiset<std::string>;

Endpoints lines(const std::string& text) {
    std::istringstream stream(text);
    Endpoints all;
    for (std::string line; std::getline(stream, line);) all.insert(line);
    return all;
}

class Suite : public Services<GaleraCluster> {
public:
    Suite() {
        start_dns();
        start_agent();
        REQUIRE(eventually([this] { return agents_route() == table(0); }));
    }

    /// Edits go on while nodes come and go; afterwards these nodes have them all.
    void disturb(
        const std::string& what,
        const std::function<void(GaleraCluster&)>& disturbance,
        const std::vector<int>& nodes
    ) {
        edits.start();
        REQUIRE(edits.go_on(50));
        const auto begun = Edits::Clock::now();
        disturbance(database);
        REQUIRE(edits.go_on(50));
        edits.stop();
        const auto expected = table(nodes.back());
        const auto lost = edits.lost(expected);
        print(what, lost.size(), edits.longest_pause(begun));
        CHECK(lost == std::vector<std::string>());
        CHECK(edits.given_up() == 0);
        for (const auto node : nodes) CHECK(table(node) == expected);
        CHECK(eventually([&] { return agents_route() == expected; }));
    }

    Edits edits{database.url()};

private:
    Endpoints agents_route() const {
        return lines(run_lars({"get-route", "7", "1"}, environment()).output);
    }
    /// With everything that was committed before, on any node.
    Endpoints table(int node) const {
        return lines(database.sql(
            node,
            "SET wsrep_sync_wait = 1; SELECT CONCAT(INET_NTOA(serverip), ':', serverport)"
            " FROM lars_dns.RouteData WHERE modid = 7 AND cmdid = 1"
        ));
    }
    void print(const std::string& what, std::size_t lost, std::chrono::milliseconds pause) const {
        std::cout << what << ": " << edits.begun() << " edits so far, " << edits.committed()
                  << " committed, " << edits.given_up() << " given up, " << lost
                  << " lost; longest time without a commit " << pause.count() << " ms\n";
        for (const auto& [said, times] : edits.failures()) {
            std::cout << "    failed " << times << "x and was made again: " << said;
        }
    }
};

}  // namespace

TEST_CASE("no committed edit is lost while a cluster's nodes are killed, rejoin and restart") {
    Suite suite;
    suite.disturb("write node killed", [](auto& cluster) { cluster.kill(0); }, {1, 2});
    suite.disturb("write node rejoins", [](auto& cluster) { cluster.restart(0); }, {0, 1, 2});
    const auto roll = [](auto& cluster) {
        for (const int node : {2, 1, 0}) {
            cluster.stop(node);
            cluster.restart(node);
        }
    };
    suite.disturb("rolling restart", roll, {0, 1, 2});
}

#include "edits.hpp"
#include "services.hpp"
#include "support/galera_cluster.hpp"

#include <fstream>
#include <functional>
#include <iostream>
#include <regex>
#include <sstream>

using namespace lars::test;

namespace {

using Endpoints = std::multiset<std::string>;
using Nodes = std::vector<int>;
using Time = Edits::Clock::time_point;

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

    /// Edits go on while something happens to the cluster; afterwards these nodes have them all.
    void disturb(
        const std::string& what,
        const std::function<void(GaleraCluster&)>& disturbance,
        const Nodes& nodes
    ) {
        edits_.start({database.url()});
        await_edits();
        const auto begun = Edits::Clock::now();
        disturbance(database);
        await_edits();
        stop_and_check(what, begun, nodes);
    }

    void edit_at_every_node() {
        const auto begun = Edits::Clock::now();
        edits_.start({database.url(0), database.url(1), database.url(2)});
        await_edits();
        stop_and_check("edits at every node", begun, {0, 1, 2});
    }

private:
    void await_edits() {
        const bool went_on = edits_.go_on(100);
        CAPTURE(failures());
        REQUIRE(went_on);
    }

    void stop_and_check(const std::string& what, Time begun, const Nodes& nodes) {
        edits_.stop();
        const auto expected = table(nodes.back());
        const auto lost = edits_.lost(expected);
        std::cout << what << ": " << edits_.begun() << " edits so far, " << edits_.committed()
                  << " committed, " << edits_.given_up() << " given up, " << lost.size()
                  << " lost; longest time without a commit " << edits_.longest_pause(begun).count()
                  << " ms\n"
                  << failures();
        CHECK(lost == std::vector<std::string>());
        CHECK(edits_.given_up() == 0);
        for (const auto node : nodes) CHECK(table(node) == expected);
        CHECK(eventually([&] { return agents_route() == expected; }));
    }

    std::string failures() const {
        std::ostringstream text;
        for (const auto& [said, times] : edits_.failures()) {
            text << "    failed " << times << "x and was made again: " << said;
        }
        return text.str();
    }

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

    Edits edits_{database.url()};
};

void roll(GaleraCluster& cluster) {
    for (const int node : {2, 1, 0}) {
        cluster.stop(node);
        cluster.restart(node);
    }
}

// As a server does to itself when a transaction loses against another node's while it opens the
// table: any edit there fails until the table is opened anew.
void break_triggers(GaleraCluster& cluster) {
    const auto file = cluster.data(0) / "lars_dns" / "RouteData.TRG";
    std::stringstream text;
    text << std::ifstream(file).rdbuf();
    const auto broken = std::regex_replace(text.str(), std::regex("INSERT INTO"), "INSERT IN");
    std::ofstream(file) << broken;
    cluster.sql(0, "FLUSH LOCAL TABLES");
}

}  // namespace

TEST_CASE("no committed edit is lost while a cluster's nodes are killed, rejoin and restart") {
    Suite suite;
    suite.disturb("write node killed", [](auto& cluster) { cluster.kill(0); }, {1, 2});
    suite.disturb("write node rejoins", [](auto& cluster) { cluster.restart(0); }, {0, 1, 2});
    suite.disturb("rolling restart", roll, {0, 1, 2});
    suite.edit_at_every_node();
    suite.disturb("write node's triggers broken", break_triggers, {0, 1, 2});
}

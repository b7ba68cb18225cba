#include "store/engine/mariadb/server_search.hpp"

#include "support/catch.hpp"

#include <algorithm>

using namespace lars::store;

namespace {

const Server kA{0, "10.0.0.1", 3306};
const Server kB{1, "10.0.0.2", 3306};
const Server kC{2, "10.0.0.3", 3306};

/// Looks up each host as these addresses, and passes by whoever is said to be read-only.
struct World {
    std::vector<std::vector<Server>> addresses;
    std::vector<Server> read_only;
    ServerSearch search{addresses.size()};

    /// Whom it tries, until somebody could be used; `working` are those that can be reached.
    std::vector<Server> run(const std::vector<Server>& working) {
        const auto has = [](const std::vector<Server>& all, const Server& one) {
            return std::find(all.begin(), all.end(), one) != all.end();
        };
        std::vector<Server> tried;
        search.begin();
        while (true) {
            if (const auto candidate = search.next()) {
                tried.push_back(candidate->server);
                if (!has(working, candidate->server)) continue;
                if (has(read_only, candidate->server) && !candidate->may_be_read_only) {
                    search.pass_by(candidate->server);
                    continue;
                }
                search.settle(candidate->server);
                return tried;
            }
            const auto host = search.next_host();
            if (!host) return tried;
            search.add(addresses[*host]);
        }
    }
};

using Servers = std::vector<Server>;

}  // namespace

TEST_CASE("hosts are tried in their order, and the one that served is the first next time") {
    World world{{{kA}, {kB}, {kC}}, {}};
    CHECK(world.run({kB, kC}) == Servers{kA, kB});
    CHECK(world.run({kB, kC}) == Servers{kB});
    CHECK(world.run({}) == Servers{kB, kC, kA});
}

TEST_CASE("a server that was left is tried after all others") {
    World world{{{kA}, {kB}, {kC}}, {}};
    world.run({kA});
    world.search.leave(kA);
    CHECK(world.run({kA}) == Servers{kB, kC, kA});
    CHECK(world.run({kA}) == Servers{kA});
}

TEST_CASE("the other addresses of a name are tried before the one that was left") {
    const Server first{0, "10.0.0.1", 3306};
    const Server second{0, "10.0.0.2", 3306};
    World world{{{first, second}}, {}};
    CHECK(world.run({first, second}) == Servers{first});
    world.search.leave(first);
    CHECK(world.run({first, second}) == Servers{second});
    world.search.leave(second);
    world.addresses = {{{0, "10.0.0.9", 3306}}};  // what the name stands for now
    CHECK(world.run({{0, "10.0.0.9", 3306}}) == Servers{{0, "10.0.0.9", 3306}});
}

TEST_CASE("a read-only server is used when there is no other, after a second look at none") {
    World world{{{kA}, {kB}, {kC}}, {kA, kB}};
    CHECK(world.run({kA, kB, kC}) == Servers{kA, kB, kC});
    world.search.leave(kC);
    CHECK(world.run({kA, kB}) == Servers{kA, kB, kC, kA});
    World alone{{{kA}}, {kA}};
    CHECK(alone.run({kA}) == Servers{kA});
}

#pragma once

#include "session.hpp"
#include "store/dns_presence.hpp"
#include "store/expiries.hpp"
#include "store/instance_listing.hpp"
#include "store/owner_sessions.hpp"
#include "store/registrations.hpp"

#include <string>

namespace lars::test {

inline OwnerId owner(std::uint8_t byte) {
    OwnerId id{};
    id.fill(byte);
    return id;
}

inline Instance instance(
    const std::string& name, const char* endpoint, InstanceState state = InstanceState::serves
) {
    Instance made;
    made.key = {{name, {}}, *parse_endpoint(endpoint)};
    made.state = state;
    return made;
}

/// A session with what concerns owners.
struct OwnersSession : Session {
    explicit OwnersSession(const std::string& kind) : Session(kind) {
        REQUIRE((*this)(schema.migrate()));
    }

    store::Registrations registrations{*connection};
    store::DnsPresence presence{*connection};
    store::OwnerSessions sessions{*connection};
    store::Expiries expiries{*connection};

    /// What became of one owner's change.
    store::StoredChange announce(
        std::uint8_t who,
        std::uint64_t seq,
        std::vector<Instance> instances,
        std::vector<store::OwnerChange::Withdrawal> withdrawn = {},
        bool whole = false
    ) {
        store::OwnerChange change;
        change.owner = owner(who);
        change.host = "host-" + std::to_string(who);
        change.start = 1;
        change.seq = seq;
        change.whole = whole;
        change.instances = std::move(instances);
        change.withdrawn = std::move(withdrawn);
        const auto stored = (*this)(registrations.store({change}));
        REQUIRE(stored);
        return stored->at(0);
    }

    /// The endpoints that are in the routes of all modules.
    std::vector<std::string> routes() {
        const auto table = (*this)(feed.snapshot());
        REQUIRE(table);
        CHECK(table->rows == table->counted);
        std::vector<std::string> all;
        for (const auto& route : table->routes) {
            for (const auto& each : route.route.endpoints) {
                auto text = to_string(each.endpoint);
                if (each.weight != kDefaultWeight) text += '*' + std::to_string(each.weight);
                all.push_back(text);
            }
        }
        return all;
    }
};

}  // namespace lars::test

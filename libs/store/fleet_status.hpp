#pragma once

#include "store/engine/database.hpp"
#include "store/unix_time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace lars::store {

/// A dns service that has said that it lives.
struct SeenDns {
    std::string id;       ///< of its start, 32 hexadecimal digits
    std::string address;  ///< where it is told to look; empty: nowhere
    UnixTime seen;        ///< when it last said so
    bool alive = false;   ///< within the last seconds
};

/// Which services and agents there are, for people.
struct FleetReading {
    std::vector<SeenDns> dns;        ///< by address
    std::uint64_t owners_alive = 0;  ///< agents with instances that have a session with a dns
    std::uint64_t owners_gone = 0;   ///< those that have none
    std::optional<UnixTime> last_report;
    std::uint64_t version = 0;  ///< of the routes
};

Awaitable<Result<FleetReading>> read_fleet(Database& database);

}  // namespace lars::store

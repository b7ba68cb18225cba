#pragma once

#include "base/owner.hpp"
#include "store/database_clock.hpp"
#include "store/engine/database.hpp"

#include <string>
#include <vector>

namespace lars::store {

/// One start of a dns service, by its random id.
using DnsId = std::array<std::uint8_t, 16>;

/// What is known when a dns has said that it lives.
struct PresenceReading {
    std::vector<std::string> addresses;  ///< of all dns services that live, this one's too
    DatabaseClock::Time now;
};

/// Which dns services live, and where each can be told that there is something to read.
class DnsPresence {
public:
    explicit DnsPresence(Database& database) : database_(database) {}

    /// Writes that this one lives now, by the database's clock.
    Awaitable<Result<PresenceReading>> write(DnsId dns, std::string address);
    /// The addresses alone, for who is none.
    Awaitable<Result<std::vector<std::string>>> addresses();
    /// It ends, and its sessions of owners with it.
    Awaitable<Result<void>> remove(DnsId dns);

private:
    Database& database_;
};

}  // namespace lars::store

#pragma once

#include "base/owner.hpp"
#include "store/engine/database.hpp"

#include <string>
#include <vector>

namespace lars::store {

/// One start of a dns service, by its random id.
using DnsId = std::array<std::uint8_t, 16>;

/// Which dns services live, and where each can be told that there is something to read.
class DnsPresence {
public:
    explicit DnsPresence(Database& database) : database_(database) {}

    /// Writes that this one lives now, by the database's clock. Answers the addresses of all that
    /// do, this one's too.
    Awaitable<Result<std::vector<std::string>>> write(DnsId dns, std::string address);
    /// The same addresses, for who is none.
    Awaitable<Result<std::vector<std::string>>> addresses();
    /// It ends, and its sessions of owners with it.
    Awaitable<Result<void>> remove(DnsId dns);

private:
    Database& database_;
};

}  // namespace lars::store

#pragma once

#include "base/module_id.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace lars::dns {

/// An address as Endpoint has it: IPv4 is mapped into IPv6.
using Address = std::array<std::uint8_t, 16>;

/// What name servers say of a host.
struct HostRecords {
    std::vector<Address> addresses;  ///< sorted, each once
    std::chrono::seconds ttl{};      ///< how long that holds; 0: they don't say
    std::string error;               ///< why there are none; set exactly then
    bool denied = false;  ///< there are none because they say so, not for want of an answer
};

/// The hosts that modules name as endpoints: which addresses they have, and when to ask again. A
/// host keeps the addresses that it had while look-ups of it fail. Knows no name server, and time
/// is an argument.
class HostTable {
public:
    using Time = std::chrono::steady_clock::time_point;

    /// Without a time to live, and the longest between two look-ups.
    static constexpr std::chrono::seconds kDefaultTtl{30};
    static constexpr std::chrono::seconds kMinTtl{1};
    /// After the first failure; doubled by each further one, up to kDefaultTtl.
    static constexpr std::chrono::seconds kFirstRetry{1};
    /// Of one host; those beyond, in their order, are left out.
    static constexpr std::size_t kMaxAddresses = 64;

    /// Which hosts a module names from now on; none: it names none any more.
    void set(ModuleId module, const std::set<std::string>& hosts, Time now);

    /// A host whose time has come; its look-up has begun with this. Nothing when none is due.
    std::optional<std::string> begin_due(Time now);
    /// When the next one is due; Time::max() when none is.
    Time next_due() const;

    /// A look-up has ended. Returns the modules for which that changes what is known of the host.
    /// Of one that nobody names any more it changes nothing.
    std::vector<ModuleId> end(const std::string& host, HostRecords records, Time now);

    /// Empty as long as the host was never found.
    const std::vector<Address>& addresses(std::string_view host) const;
    /// Whether its name servers have ever said which addresses it has, or that it has none.
    bool known(std::string_view host) const;

    std::size_t size() const { return hosts_.size(); }
    /// Hosts whose latest look-up failed.
    std::size_t failing() const { return failing_; }

private:
    struct Host {
        std::vector<Address> addresses;
        bool known = false;
        std::set<ModuleId> modules;
        std::chrono::seconds retry{};  // until the next look-up if that fails; 0: it is well
        Time due{};
        bool running = false;

        bool failing() const { return retry.count() > 0; }
    };
    using Hosts = std::map<std::string, Host, std::less<>>;

    void name(const std::string& host, ModuleId module, Time now);
    void unname(const std::string& host, ModuleId module);
    void schedule(Hosts::iterator host, Time due);
    static std::chrono::seconds until_next(Host& host, const HostRecords& records);

    Hosts hosts_;
    std::map<ModuleId, std::set<std::string>> named_by_;
    std::set<std::pair<Time, std::string>> due_;
    std::size_t failing_ = 0;
};

}  // namespace lars::dns

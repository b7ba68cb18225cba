#pragma once

#include "agent/service.hpp"
#include "support/peer.hpp"
#include "support/running.hpp"
#include "support/scripted_server.hpp"
#include "support/wait.hpp"

#include <proto/lars.pb.h>

#include <functional>
#include <optional>
#include <string>

namespace lars::test {

// Bytes of the original's client and dns. Module 1/1 belongs to shard 2 of 3.
inline const auto kGetHost11 = from_hex("0400000006000000080110011801");
inline const auto kHost11 =
    from_hex("05000000160000000801100118012a0e08b183a085fcffffffff0110e13c");
inline const auto kNoexist11 = from_hex("05000000080000000801100118012003");
inline const auto kOverload11 = from_hex("05000000080000000801100118012001");
inline const auto kFailed11 =
    from_hex("0600000016000000080110011a0e08b183a085fcffffffff0110e13c2001");
inline const auto kGetRoute11 = from_hex("070000000400000008011001");
inline const auto kRoute11 = from_hex("0800000014000000080110011a0e08b183a085fcffffffff0110e13c");
inline const auto kDnsOneHost =
    from_hex("0200000014000000080110011a0e08b183a085fcffffffff0110e13c");
inline const auto kDnsNoHosts = from_hex("020000000400000008011001");
inline const auto kDnsTwoHosts =
    from_hex("020000001d000000080110011a0e08b183a085fcffffffff0110e13c1a0708818080501050");

/// An agent between a dns and a reporter that the test plays as an original's would behave.
struct AgentWorld {
    using Adjust = std::function<void(agent::Options&)>;

    explicit AgentWorld(const std::string& policy = "");
    explicit AgentWorld(const Adjust& adjust);

    [[nodiscard]] Running::Stop run() { return running.run({&*service}); }
    std::uint16_t port(std::size_t shard) const;
    /// Asks until the route of 1/1 is there.
    std::optional<std::string> known_host(UdpPeer& client);

    ScriptedServer dns;
    ScriptedServer reporter;
    Running running{4};
    std::optional<agent::Service> service;
};

/// A client's question; `wait_ms` 0: an original's.
std::string get_host_of(ModuleId id, std::uint32_t seq, std::uint32_t wait_ms);
/// dns's answer, of endpoints 0.0.0.1:80 up.
std::string route_of(ModuleId id, int hosts);
/// An answer to get_host_of; fails the test when there is none.
GetHostResponse host_in(const std::optional<std::string>& answer);
/// What makes a scripted dns one of ours, as the answer to Hello.
std::string ack_of_ours();

}  // namespace lars::test

#pragma once

#include "app/option_set.hpp"
#include "base/endpoint.hpp"
#include "lb/catalog.hpp"
#include "lb/retry_budget.hpp"
#include "metrics/call_metrics.hpp"
#include "net/peer.hpp"
#include "net/udp_socket.hpp"
#include "runtime/peer_address.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace lars::agent {

/// What one agent is configured with.
struct Options {
    std::vector<runtime::PeerAddress> dns{{"127.0.0.1", 7778}};
    std::vector<runtime::PeerAddress> reporter{{"127.0.0.1", 7779}};
    /// What the reporters are; either: each is judged by what it says.
    net::PeerExpectation reporter_kind = net::PeerExpectation::either;
    /// Shard i listens on its port + i; port 0: any free ports.
    Endpoint udp = Endpoint::from_ipv4(0x7F000001, 8888);
    std::uint32_t shards = 3;
    /// Of each shard's socket.
    net::UdpBuffers buffers;
    /// The longest that a shard looks for the next datagram before it sleeps, in µs; 0: it doesn't.
    std::uint32_t spin_us = 50;
    /// The policy of modules that name none. Empty: adaptive, or classic where parameters of
    /// classic are set, as they are in the original's configuration.
    std::string policy;
    bool classic_is_set = false;
    /// Parameters of modules whose policy leaves them out; for its `policy` see
    /// balancing_defaults().
    lb::Defaults policy_defaults;
    std::chrono::milliseconds update_timeout{15'000};
    std::chrono::milliseconds report_interval{1'000};
    /// The IPv4 address that stands for this host in statistics; none: detected.
    std::optional<std::uint32_t> caller;
    /// Where this host is, as base/zone.hpp has it; empty: not said.
    std::string zone;
    std::uint32_t max_modules = 250'000;
    std::uint32_t max_unknown_modules = 10'000;
    std::chrono::milliseconds module_idle_timeout{3'600'000};
    std::chrono::milliseconds unknown_module_timeout{5'000};
    /// The longest that the first get_host of a module may wait for its route.
    std::chrono::milliseconds first_call_wait{100};
    /// How many calls of each module may be tried again.
    lb::RetryBudgetOptions retries;
    /// The file that keeps routes for the next start; empty: none.
    std::string route_file;
    /// Where programs register their services, a Unix socket; empty: nowhere.
    std::string socket;
    bool socket_is_set = false;  ///< it was asked for, so that the agent doesn't do without
    /// The directory of files that register services; needn't be there.
    std::string services_directory = "/etc/lars/services.d";
    /// The directory that keeps who this agent is, and what is registered; empty: nothing is kept.
    std::string state_directory;
    metrics::CallMetrics::Limits call_metrics;
    std::chrono::milliseconds drain_timeout{5'000};
};

/// The options of lars-agent, besides those of every service.
void describe(app::OptionSet& set, Options& options);

/// `options.policy_defaults` with the policy that modules get which name none.
lb::Defaults balancing_defaults(const Options& options);

}  // namespace lars::agent

#pragma once

#include "agent/debug_pages.hpp"
#include "agent/dns_link.hpp"
#include "agent/host_address.hpp"
#include "agent/name_directory.hpp"
#include "agent/options.hpp"
#include "agent/registration/local_registry.hpp"
#include "agent/reporter_link.hpp"
#include "agent/route_keeper.hpp"
#include "agent/shard_pump.hpp"
#include "app/service.hpp"
#include "metrics/registry.hpp"
#include "runtime/runtime.hpp"
#include "wire/protobuf_log.hpp"

#include <memory>
#include <vector>

namespace lars::agent {

/// The agent of a host: its shards on contexts 1 to n of the runtime (all of them on context 0 if
/// there is no other), the links on context 0.
class Service final : public app::Service {
public:
    Service(
        runtime::Runtime& runtime, Options options, metrics::Registry& metrics, spdlog::logger& log
    );

    std::string name() const override { return "agent"; }
    void start() override;
    Awaitable<> stop() override;
    /// Ready once it has routes from before its start, or was connected to dns: from then on it
    /// answers for modules, whether dns is there or not.
    http::Readiness readiness() const override;
    std::string context_name(std::size_t index) const override;
    /// Takes over what can change: peers, limits and intervals; on context 0.
    void reconfigure(const Options& options);
    std::vector<http::Page> pages() override { return debug_pages_.pages(); }

    /// Who is told of each route that is held, from the first one of dns on. Before start();
    /// outlives the service's stop().
    void subscribe(RouteSubscriber& subscriber);

    /// Of shard 0.
    Endpoint local() const { return shards_.front()->local(); }
    bool dns_connected() const { return dns_connected_; }

private:
    std::size_t context_of(std::size_t shard) const;
    void open_shards();
    ShardPump::Outlets outlets(std::size_t shard);
    DnsLink::Sink sink();
    void want_names(const std::vector<std::string>& names, std::size_t shard);
    void leave_names(const std::vector<std::string>& names, std::size_t shard);
    void receive_name(const NameUpdate& update);
    void say_host_address();
    Awaitable<> watch_interfaces();
    void add_calls(const std::vector<ModuleCalls>& calls);

    runtime::Runtime& runtime_;
    Options options_;
    metrics::Registry& metrics_;
    spdlog::logger& log_;
    wire::ProtobufLog protobuf_log_;
    wire::Identity self_;
    HostAddress host_address_;  // of context 0
    RouteKeeper keeper_;
    NameDirectory names_;  // of context 0
    std::vector<RouteSubscriber*> route_subscribers_;
    DnsLink dns_;
    ReporterLink reporter_;
    LocalRegistry registry_;  // of context 0
    metrics::CallMetrics call_metrics_;
    runtime::TaskGroup links_;
    DebugPages::Shards shards_;
    DebugPages debug_pages_{shards_};
    std::atomic<bool> dns_connected_{false};
    std::atomic<bool> ready_{false};
};

}  // namespace lars::agent

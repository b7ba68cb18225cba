#pragma once

#include "app/service.hpp"
#include "dns/look_socket.hpp"
#include "dns/options.hpp"
#include "dns/publisher.hpp"
#include "dns/registration/announce_face.hpp"
#include "dns/registration/expirer.hpp"
#include "dns/registration/presence.hpp"
#include "dns/registration/registrar.hpp"
#include "dns/route_feed.hpp"
#include "metrics/registry.hpp"
#include "net/tcp_server.hpp"
#include "wire/protobuf_log.hpp"

#include <memory>
#include <vector>

namespace lars::dns {

/// Routes from the store to agents: a publisher on each of the runtime's first `threads` contexts,
/// and the feed on its last, so that reading a large table delays no answer.
class Service final : public app::Service {
public:
    Service(
        runtime::Runtime& runtime, Options options, metrics::Registry& metrics, spdlog::logger& log
    );

    std::string name() const override { return "dns"; }
    void start() override;
    Awaitable<> stop() override;

    Endpoint local() const { return server_.local(); }
    /// Ready once the routes have been loaded, while the store is read.
    http::Readiness readiness() const override;
    std::string context_name(std::size_t index) const override;
    /// Takes over limits that can change; on context 0.
    void reconfigure(const Options& options);

private:
    Awaitable<> serve(net::Session& session, std::size_t context);
    void publish(Publication publication);
    Awaitable<> stop_feed();
    Awaitable<> stop_pushing(std::size_t context);
    AnnounceFace::Outlets announce_outlets();
    Awaitable<ExpiryDecision::HeardOwners> heard_owners();
    void answer(const SessionKey& session, AnnounceAck ack);
    void note_written();
    std::string look_address() const;

    runtime::Runtime& runtime_;
    Options options_;
    spdlog::logger& log_;
    wire::ProtobufLog protobuf_log_;
    SubscriptionCounts subscriptions_;
    SubscriptionCounts name_subscriptions_;
    std::vector<std::unique_ptr<Publisher>> publishers_;        // by context
    std::vector<std::unique_ptr<AnnounceFace>> announcing_;     // the same
    std::vector<std::unique_ptr<runtime::TaskGroup>> pushing_;  // the same
    asio::any_io_executor feed_executor_;
    RouteFeed feed_;
    // All of the feed's executor.
    Presence presence_;
    Registrar registrar_;
    Expirer expirer_;
    std::optional<LookSocket> looks_;
    runtime::TaskGroup feeding_;
    metrics::Registry& metrics_;
    net::TcpServer server_;
    bool published_ = false;  // of the feed's thread
    std::atomic<std::size_t> publishers_ready_{0};
    std::atomic<bool> ready_{false};
};

}  // namespace lars::dns

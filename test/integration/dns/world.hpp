#pragma once

#include "dns/service.hpp"
#include "store/schema.hpp"
#include "support/await.hpp"
#include "support/catch.hpp"
#include "support/database.hpp"
#include "support/peer.hpp"
#include "support/running.hpp"
#include "support/wait.hpp"

#include <spdlog/sinks/ringbuffer_sink.h>

#include <algorithm>

namespace lars::test {

/// dns on a database of its own, whose shell edits it.
struct World {
    explicit World(dns::Options options = dns::Options(), const std::string& kind = "sqlite")
        : World(std::move(options), make_database(kind)) {}
    /// On one that another dns had.
    World(dns::Options options, std::unique_ptr<Database> own) : database(std::move(own)) {
        migrate();
        options.listen = Endpoint::from_ipv4(0x7F000001, 0);
        options.store = database->url();
        options.poll_interval = std::chrono::milliseconds(10);
        service.emplace(running.runtime, options, running.metrics, running.log);
    }

    /// Started, with its first load behind it.
    Running::Stop start() {
        auto stop = running.run({&*service});
        REQUIRE(eventually([this] { return service->ready(); }));
        return stop;
    }
    std::uint16_t port() const { return service->local().port; }
    /// What is logged from now on. Before start().
    std::shared_ptr<spdlog::sinks::ringbuffer_sink_mt> listen() {
        auto sink = std::make_shared<spdlog::sinks::ringbuffer_sink_mt>(1'000);
        running.log.sinks().push_back(sink);
        return sink;
    }

    /// Until a comparison that began after this call has ended.
    void await_comparison() {
        const auto before = running.count("lars_dns_comparisons_total");
        REQUIRE(eventually([&] { return running.count("lars_dns_comparisons_total") >= before + 2; }
        ));
    }

    void migrate() {
        boost::asio::io_context context(1);
        const auto store = store::make_database(context.get_executor(), database->url());
        REQUIRE(await(context, store::Schema(*store).migrate()).has_value());
    }

    std::unique_ptr<Database> database;
    Running running;
    std::optional<dns::Service> service;
};

/// In how many lines of a log the words are.
inline auto times(
    const std::shared_ptr<spdlog::sinks::ringbuffer_sink_mt>& log, const std::string& words
) {
    const auto lines = log->last_formatted();
    return std::count_if(lines.begin(), lines.end(), [&](const std::string& line) {
        return line.find(words) != std::string::npos;
    });
}

/// An agent of ours, as far as dns can tell.
class OurAgent {
public:
    explicit OurAgent(std::uint16_t port) : peer_(port) {
        peer_.send(*wire::encode_frame(ID_Hello, wire::hello_of({.role = ROLE_AGENT})));
        REQUIRE(peer_.receive_frame());
    }

    void ask(ModuleId id, std::uint64_t etag = 0) {
        GetRouteRequest request;
        request.set_modid(id.modid);
        request.set_cmdid(id.cmdid);
        request.set_etag(etag);
        peer_.send(frame(ID_GetRouteRequest, request.SerializeAsString()));
    }
    /// As one that has a route already: asks with where that is from, as dns said it.
    void bring(const GetRouteResponse& route) {
        GetRouteRequest request;
        request.set_modid(route.modid());
        request.set_cmdid(route.cmdid());
        request.set_etag(route.etag());
        request.set_store_id(route.store_id());
        request.set_version(route.version());
        request.set_rows(static_cast<std::uint32_t>(route.host_size()));
        peer_.send(frame(ID_GetRouteRequest, request.SerializeAsString()));
    }
    void leave(ModuleId id) {
        LeaveRouteRequest request;
        request.set_modid(id.modid);
        request.set_cmdid(id.cmdid);
        peer_.send(frame(ID_LeaveRouteRequest, request.SerializeAsString()));
    }
    /// The next answer or push.
    GetRouteResponse next() {
        GetRouteResponse response;
        const auto bytes = peer_.receive_frame();
        REQUIRE(bytes);
        REQUIRE(response.ParseFromString(bytes->substr(8)));
        return response;
    }
    HeldResponse held() {
        peer_.send(frame(ID_HeldRequest, ""));
        HeldResponse response;
        const auto bytes = peer_.receive_frame();
        REQUIRE(bytes);
        REQUIRE(response.ParseFromString(bytes->substr(8)));
        return response;
    }

private:
    TcpPeer peer_;
};

}  // namespace lars::test

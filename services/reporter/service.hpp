#pragma once

#include "net/tcp_server.hpp"
#include "reporter/alarm_watch.hpp"
#include "reporter/options.hpp"
#include "reporter/status_writer.hpp"

#include <unordered_map>
#include <vector>

namespace lars::reporter {

/// Call statistics from agents to the store: sessions on all contexts, one writer on context 0.
class Service : public net::Part {
public:
    Service(net::Runtime& runtime, Options options, net::Metrics& metrics, spdlog::logger& log);

    std::string name() const override { return "reporter"; }
    void start() override;
    net::Awaitable<> stop() override;

    Endpoint local() const { return server_.local(); }

private:
    /// The sessions of one context by number, so that a receipt may outlive its session.
    struct Desk {
        std::unordered_map<std::uint64_t, net::Session*> sessions;
        std::uint64_t next = 1;
    };

    net::Awaitable<> serve(net::Session& session, std::size_t context);
    void acknowledge(const Receipt& receipt);

    net::Runtime& runtime_;
    Options options_;
    net::Metrics& metrics_;
    spdlog::logger& log_;
    std::vector<Desk> desks_;  // by context
    StatusWriter writer_;
    net::TaskGroup writing_;
    net::TcpServer server_;
    AlarmWatch alarms_;
};

}  // namespace lars::reporter

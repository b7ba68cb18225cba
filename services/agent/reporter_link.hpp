#pragma once

#include "agent/report_batches.hpp"
#include "net/dispatcher.hpp"
#include "net/link.hpp"

#include <random>
#include <vector>

namespace lars::agent {

/// The agent's connection to the reporter: batches of calls out, acknowledgements in. Runs on one
/// executor.
class ReporterLink {
public:
    struct Options {
        net::LinkOptions link;
        ReportBatches::Options batches;
        std::uint32_t caller = 0;  ///< IPv4 in host order
    };

    ReporterLink(
        net::asio::any_io_executor executor,
        Options options,
        const net::Identity& self,
        net::Metrics& metrics,
        spdlog::logger& log
    );

    net::Awaitable<> run();
    void add(const std::vector<ModuleCalls>& calls);
    /// Waits until everything was delivered, at most until the deadline.
    net::Awaitable<> drain(net::Clock::time_point deadline);
    bool connected() const { return link_.connected(); }

private:
    net::Awaitable<> serve(net::Session& session);
    net::Awaitable<> send_batches(net::Session& session);
    void acknowledge(const ReportAck& ack);
    void put_off(std::chrono::milliseconds delay);

    net::asio::any_io_executor executor_;
    spdlog::logger& log_;
    net::Identity self_;
    std::uint32_t caller_;
    net::Link link_;
    ReportBatches batches_;
    net::BadInput bad_input_;
    net::Counter& delivered_;
    net::Counter& put_off_;
    net::Counter& lost_;
    std::mt19937 random_{std::random_device{}()};
    net::Clock::time_point resend_at_{};  // the batch in flight
    net::Event changed_;
    net::Event drained_;
};

}  // namespace lars::agent

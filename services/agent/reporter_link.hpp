#pragma once

#include "agent/report_batches.hpp"
#include "app/condition.hpp"
#include "net/dispatcher.hpp"
#include "net/movable_link.hpp"

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
        asio::any_io_executor executor,
        Options options,
        const wire::Identity& self,
        metrics::Registry& metrics,
        spdlog::logger& log
    );

    /// Connects, and connects again, until it is cancelled.
    Awaitable<> run();
    /// The address of this host in statistics from now on, IPv4 in host order.
    void set_caller(std::uint32_t ipv4) { caller_ = ipv4; }
    /// Calls to be delivered with the next batch.
    void add(const std::vector<ModuleCalls>& calls);
    /// Waits until everything was delivered, at most until the deadline.
    Awaitable<> drain(Clock::time_point deadline);
    /// Other peers to connect to.
    void set_options(net::LinkOptions options) { link_.set_options(std::move(options)); }

    // Any thread, both.

    bool connected() const { return link_.connected(); }
    /// Why there is no connection, and since when.
    std::optional<std::string> trouble() const { return condition_.text(); }

private:
    Awaitable<> serve(net::Session& session);
    Awaitable<> send_batches(net::Session& session);
    void send_what_fits(net::Session& session);
    void acknowledge(const ReportAck& ack);
    void put_off(std::chrono::milliseconds delay);

    asio::any_io_executor executor_;
    spdlog::logger& log_;
    wire::Identity self_;
    std::uint32_t caller_;
    net::MovableLink link_;
    app::Condition condition_{"reporter"};
    ReportBatches batches_;
    metrics::BadInput bad_input_;
    metrics::Counter& delivered_;
    metrics::Counter& put_off_;
    metrics::Counter& lost_;
    std::mt19937 random_{std::random_device{}()};
    Clock::time_point resend_at_{};  // the batch in flight
    runtime::Event changed_;
    runtime::Event drained_;
};

}  // namespace lars::agent

#pragma once

#include "net/metrics.hpp"
#include "net/task_group.hpp"
#include "reporter/merge_queue.hpp"
#include "reporter/options.hpp"
#include "store/store.hpp"

#include <atomic>
#include <functional>
#include <vector>

namespace lars::reporter {

/// A batch whose agent waits to hear that it is stored.
struct Receipt {
    std::size_t context = 0;
    std::uint64_t session = 0;
    net::InstanceId instance{};
    std::uint64_t sequence = 0;
};

/// Writes the queue to the store, batch by batch, and then gives receipts. Runs on one executor.
class StatusWriter {
public:
    using Acknowledge = std::function<void(const Receipt&)>;

    StatusWriter(
        net::asio::any_io_executor executor,
        const Options& options,
        Acknowledge acknowledge,
        net::Metrics& metrics,
        spdlog::logger& log
    );

    void put(const Report& report, const Receipt& receipt);
    /// Until it is cancelled.
    net::Awaitable<> run();
    /// Writes what waits, trying until the deadline.
    net::Awaitable<> drain(net::Clock::time_point deadline);

private:
    /// False when the store didn't take the rows, which then wait again.
    net::Awaitable<bool> flush();
    void take_back();
    net::Awaitable<store::Result<void>> prepare();
    net::Awaitable<> sleep(std::chrono::milliseconds delay);
    void note_failure(const store::Error& error);

    net::asio::any_io_executor executor_;
    const Options& options_;
    Acknowledge acknowledge_;
    spdlog::logger& log_;
    std::unique_ptr<store::Store> store_;
    MergeQueue queue_;
    std::vector<Receipt> receipts_;
    std::vector<store::StatusRow> in_flight_rows_;
    std::vector<Receipt> in_flight_receipts_;
    net::Counter& reports_;
    net::Counter& written_;
    net::Counter& refused_;
    net::Counter& errors_;
    std::atomic<std::size_t> waiting_{0};
    std::string last_error_;
    bool prepared_ = false;
};

}  // namespace lars::reporter

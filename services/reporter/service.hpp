#pragma once

#include "app/program.hpp"
#include "metrics/call_metrics.hpp"
#include "net/tcp_server.hpp"
#include "reporter/alarms/alarm_watch.hpp"
#include "reporter/batch_assembler.hpp"
#include "reporter/call_writer.hpp"
#include "reporter/housekeeper.hpp"
#include "reporter/options.hpp"
#include "reporter/status_writer.hpp"

#include <memory>
#include <unordered_map>
#include <vector>

namespace lars::reporter {

/// Call statistics from agents to the store: sessions on all contexts, a few writers of the
/// history, and one of the status, on context 0.
class Service final : public app::Service {
public:
    Service(
        runtime::Runtime& runtime, Options options, metrics::Registry& metrics, spdlog::logger& log
    );

    std::string name() const override { return "reporter"; }
    void start() override;
    Awaitable<> stop() override;

    Endpoint local() const { return server_.local(); }

private:
    /// The sessions of one context by number, so that a receipt may outlive its session.
    struct ContextSessions {
        std::unordered_map<std::uint64_t, net::Session*> sessions;
        std::uint64_t next = 1;
    };
    /// A writer and the context that it runs on.
    struct Writer {
        std::size_t context;
        std::unique_ptr<CallWriter> calls;
        std::unique_ptr<runtime::TaskGroup> tasks;
    };

    Awaitable<> serve(net::Session& session, std::size_t context);
    void take(Report report, const Receipt& receipt);
    void stored(Report report, const Receipt& receipt, bool added);
    void answer(const Receipt& receipt, std::uint64_t committed, std::uint32_t retry_ms);
    Awaitable<> drain(Writer& writer, Clock::time_point deadline);

    runtime::Runtime& runtime_;
    Options options_;
    metrics::Registry& metrics_;
    spdlog::logger& log_;
    RowBudget budget_;
    metrics::Counter& reports_;
    metrics::Counter& refused_;
    metrics::Counter& snapshots_refused_;
    std::vector<ContextSessions> sessions_by_context_;
    metrics::CallMetrics call_metrics_;
    StatusWriter status_;
    Housekeeper housekeeper_;
    std::vector<Writer> writers_;
    runtime::TaskGroup tasks_;
    net::TcpServer server_;
    AlarmWatch alarms_;
};

}  // namespace lars::reporter

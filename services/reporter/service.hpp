#pragma once

#include "app/repeated_line.hpp"
#include "app/service.hpp"
#include "metrics/bad_input.hpp"
#include "metrics/call_metrics.hpp"
#include "metrics/registry.hpp"
#include "net/dispatcher.hpp"
#include "net/tcp_server.hpp"
#include "reporter/agent_clocks.hpp"
#include "reporter/alarms/alarm_watch.hpp"
#include "reporter/batch_assembler.hpp"
#include "reporter/call_writer.hpp"
#include "reporter/housekeeper.hpp"
#include "reporter/name_reader.hpp"
#include "reporter/options.hpp"
#include "reporter/status_writer.hpp"
#include "reporter/store_clock.hpp"
#include "wire/protobuf_log.hpp"

#include <memory>
#include <optional>
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
    /// Ready unless the store doesn't take what it is given.
    http::Readiness readiness() const override;
    /// Takes over limits that can change; on context 0.
    void reconfigure(const Options& options);

private:
    /// An agent's session: where its receipts go, and the batch that is coming in.
    struct AgentSession {
        std::size_t context;
        std::uint64_t number;
        std::string address;
        BatchAssembler assembler;
        ClockDifference clock;
        std::optional<wire::InstanceId> instance;  ///< who reports, once it has
    };
    /// What belongs to one context of the runtime, and is used only there.
    struct Context {
        explicit Context(metrics::Registry& metrics) : bad_input(metrics), dispatch(bad_input) {}

        metrics::BadInput bad_input;
        net::Dispatcher<AgentSession&> dispatch;
        // By number, so that a receipt may outlive its session.
        std::unordered_map<std::uint64_t, net::Session*> sessions;
        std::uint64_t next_number = 1;
        AgentClocks agent_clocks;
        app::RepeatedLine clock_lines;
    };
    /// A writer and the context that it runs on.
    struct Writer {
        std::size_t context;
        std::unique_ptr<CallWriter> calls;
        std::unique_ptr<runtime::TaskGroup> tasks;
    };

    Awaitable<> serve(net::Session& session, std::size_t index);
    void handle_report(AgentSession& from, const ReportStatusRequest& request);
    void note_instance(AgentSession& from, const wire::InstanceId& instance);
    void note_end(const AgentSession& session);
    void note_clock(AgentSession& agent);
    double largest_agent_difference() const;
    void take(Report report, const Receipt& receipt);
    void stored(Report report, const Receipt& receipt, bool added);
    void answer(const Receipt& receipt, std::uint64_t committed, std::uint32_t retry_ms);
    Awaitable<> drain(Writer& writer, Clock::time_point deadline);

    runtime::Runtime& runtime_;
    Options options_;
    spdlog::logger& log_;
    wire::ProtobufLog protobuf_log_;
    RowBudget budget_;
    metrics::Counter& reports_;
    metrics::Counter& refused_;
    metrics::Counter& snapshots_refused_;
    std::vector<std::unique_ptr<Context>> contexts_;
    metrics::CallMetrics call_metrics_;
    NameReader names_;
    StoreClock clock_;
    StatusWriter status_;
    Housekeeper housekeeper_;
    std::vector<Writer> writers_;
    runtime::TaskGroup tasks_;
    net::TcpServer server_;
    AlarmWatch alarms_;
};

}  // namespace lars::reporter

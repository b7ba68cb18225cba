#include "reporter/service.hpp"

#include "net/serve_frames.hpp"
#include "reporter/descriptor_limit.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>

namespace lars::reporter {
namespace {

// An agent whose batch found no room waits this long, and up to twice as long.
constexpr std::uint32_t kRetryMs = 1'000;

// Below it, an agent's clock may as well be right.
constexpr auto kAgentClockTolerance = std::chrono::seconds(5);

net::TcpServerOptions server_options(const Options& options, std::size_t threads) {
    const auto agents = agents_within(options.max_connections, descriptor_limit(), threads);
    return {options.listen, agents, options.session};
}

// What comes late is summed up again, with the rest of its hour and day: these must still be there.
std::chrono::milliseconds oldest_believed(const store::Retention& retention) {
    return std::min(retention.minutes / 2, retention.hours / 4);
}

}  // namespace

Service::Service(
    runtime::Runtime& runtime, Options options, metrics::Registry& metrics, spdlog::logger& log
)
    : runtime_(runtime),
      options_(std::move(options)),
      log_(log),
      protobuf_log_([&log](const std::string& line) { log.warn("{}", line); }),
      budget_(options_.queue_rows),
      reports_(metrics.counter("lars_reporter_reports_total", "ReportStatusRequests taken")),
      refused_(metrics.counter(
          "lars_reporter_refused_batches_total",
          "Batches that found no room; their agents send them again"
      )),
      snapshots_refused_(metrics.counter(
          "lars_reporter_refused_snapshots_total", "Snapshots of original agents without room"
      )),
      call_metrics_("lars_reporter", options_.call_metrics),
      names_(runtime.executor(0), options_.store, call_metrics_, log),
      clock_(metrics, log),
      status_(runtime.executor(0), options_, metrics, log),
      housekeeper_(runtime.executor(0), options_, clock_, metrics, log),
      tasks_(runtime.executor(0), log),
      server_(
          runtime,
          server_options(options_, runtime.size()),
          wire::Identity{.role = ROLE_REPORTER},
          [this](net::Session& session, std::size_t context) { return serve(session, context); },
          metrics,
          log
      ),
      alarms_(runtime.executor(0), options_.store, options_.alarms, clock_, names_, metrics, log) {
    for (std::size_t i = 0; i < runtime.size(); ++i) {
        auto& context = *contexts_.emplace_back(std::make_unique<Context>(metrics));
        const auto on_report = [this](AgentSession& from, const ReportStatusRequest& request) {
            handle_report(from, request);
        };
        context.dispatch.on<ReportStatusRequest>(ID_ReportStatusRequest, on_report);
    }
    // SQLite has one writer at a time.
    const bool alone = options_.store.kind == store::Url::Kind::sqlite;
    const std::size_t connections = alone ? 1 : options_.connections;
    const auto keep = [this](Report report, const Receipt& receipt, bool added) {
        stored(std::move(report), receipt, added);
    };
    for (std::size_t i = 0; i < connections; ++i) {
        const auto context = i % runtime.size();
        const auto executor = runtime.executor(context);
        writers_.push_back({
            context,
            std::make_unique<CallWriter>(executor, options_, budget_, keep, metrics, log),
            std::make_unique<runtime::TaskGroup>(executor, log),
        });
    }
    metrics.gauge(
        "lars_reporter_results_waiting",
        "Call results on their way to the store",
        [this] { return double(budget_.held()); }
    );
    metrics.gauge(
        "lars_reporter_agent_clocks_off",
        "Agents whose clock differs from the database's by 5 s or more",
        [this] {
            std::size_t off = 0;
            for (const auto& context : contexts_) off += context->agent_clocks.off();
            return double(off);
        }
    );
    metrics.gauge(
        "lars_reporter_agent_clock_difference_seconds",
        "How far the agent whose clock differs most is ahead of the database's",
        [this] { return largest_agent_difference(); }
    );
    metrics.add_text([this] { return call_metrics_.text(); });
}

void Service::start() {
    const auto agents = server_options(options_, runtime_.size()).max_connections;
    if (agents < options_.max_connections) {
        log_.warn(
            "of {} file descriptors some are kept for the store: {} agents may connect at a time, "
            "not {}; raise LimitNOFILE= (ulimit -n)",
            descriptor_limit(),
            agents,
            options_.max_connections
        );
    }
    server_.start();
    for (auto& writer : writers_) writer.tasks->spawn("call writer", writer.calls->run());
    tasks_.spawn("status writer", status_.run());
    tasks_.spawn("names", names_.run());
    tasks_.spawn("housekeeper", housekeeper_.run());
    alarms_.start();
    log_.info("reporter writes {} from {}", store::to_string(options_.store), to_string(local()));
    if (const auto why = runtime::why_unreachable(local())) log_.warn("{}", *why);
}

http::Readiness Service::readiness() const {
    http::Readiness readiness;
    const auto add = [&readiness](std::optional<std::string> why) {
        if (why) readiness.problems.push_back(std::move(*why));
    };
    for (const auto& writer : writers_) add(writer.calls->trouble());
    add(status_.trouble());
    add(housekeeper_.trouble());
    add(alarms_.trouble());
    add(runtime::why_unreachable(options_.listen));
    return readiness;
}

void Service::reconfigure(const Options& options) {
    server_.set_max_connections(server_options(options, runtime_.size()).max_connections);
    budget_.set_max(options.queue_rows);
}

Awaitable<> Service::stop() {
    const auto deadline = Clock::now() + options_.drain_timeout / 2;
    tasks_.cancel();
    co_await tasks_.join();
    // Sessions end after the last rows, so that their agents still get receipts.
    for (auto& writer : writers_) {
        auto draining = drain(writer, deadline);
        co_await asio::co_spawn(
            runtime_.executor(writer.context), std::move(draining), asio::deferred
        );
    }
    co_await server_.stop();
    co_await status_.drain(deadline);
    co_await alarms_.stop(Clock::now() + options_.drain_timeout / 4);
}

// On the writer's context.
Awaitable<> Service::drain(Writer& writer, Clock::time_point deadline) {
    writer.tasks->cancel();
    co_await writer.tasks->join();
    co_await writer.calls->drain(deadline);
}

Awaitable<> Service::serve(net::Session& session, std::size_t index) {
    auto& context = *contexts_[index];
    const auto number = context.next_number++;
    context.sessions.emplace(number, &session);
    struct Leave {
        Context& context;
        std::uint64_t number;
        ~Leave() {
            context.sessions.erase(number);
            context.agent_clocks.erase(number);
        }
    } const leave{context, number};

    const auto refuse = [&context](Errc kind) { context.bad_input.count(kind); };
    AgentSession agent{
        index,
        number,
        session.remote().address().to_string(),
        {budget_, oldest_believed(options_.retention), refuse},
        ClockDifference(kAgentClockTolerance),
        {}};
    struct End {
        Service& service;
        const AgentSession& agent;
        ~End() { service.note_end(agent); }
    } const end{*this, agent};
    const auto handle = [&context, &agent](const net::FrameView& frame) {
        context.dispatch(agent, frame);
    };
    co_await net::serve_frames(session, handle);
}

void Service::handle_report(AgentSession& from, const ReportStatusRequest& request) {
    reports_.add();
    clock_.witness(store::to_time(request.ts()), Clock::now());
    const auto progress = from.assembler.add(request, clock_.seconds());
    if (progress == BatchAssembler::Progress::part) return;
    note_clock(from);
    auto report = from.assembler.take();
    if (!report.snapshot()) note_instance(from, report.batch.instance);
    const Receipt receipt{from.context, from.number, report.batch.instance, report.batch.sequence};
    if (progress == BatchAssembler::Progress::whole) {
        take(std::move(report), receipt);
    } else if (report.snapshot()) {
        snapshots_refused_.add();
    } else {
        refused_.add();
        answer(receipt, 0, kRetryMs);
    }
}

void Service::note_instance(AgentSession& from, const wire::InstanceId& instance) {
    if (from.instance == instance) return;
    note_end(from);
    from.instance = instance;
    asio::post(runtime_.executor(0), [this, instance] { status_.enter(instance); });
}

void Service::note_end(const AgentSession& session) {
    if (!session.instance) return;
    auto leave = [this, instance = *session.instance] { status_.leave(instance); };
    asio::post(runtime_.executor(0), std::move(leave));
}

// A wrong clock of the database's is that of all agents: so lines are bounded.
void Service::note_clock(AgentSession& agent) {
    const bool news = agent.clock.note(agent.assembler.clock_ahead());
    auto& context = *contexts_[agent.context];
    context.agent_clocks.set(agent.number, agent.clock.value());
    if (!news) return;
    const auto line = context.clock_lines.note(
        "the clock of the agent at " + agent.address + " is " + clock_words(agent.clock.value()),
        Clock::now()
    );
    if (line) log_.warn("{}; its calls are dated by the database's", *line);
}

double Service::largest_agent_difference() const {
    std::chrono::milliseconds largest{0};
    for (const auto& context : contexts_) {
        const auto its = context->agent_clocks.largest();
        if (std::chrono::abs(its) > std::chrono::abs(largest)) largest = its;
    }
    return std::chrono::duration<double>(largest).count();
}

void Service::take(Report report, const Receipt& receipt) {
    if (report.snapshot()) {
        const auto rows = report.size();
        auto show_it = [this, rows, report = std::move(report)]() mutable {
            budget_.release(rows);
            status_.put(std::move(report));
        };
        asio::post(runtime_.executor(0), std::move(show_it));
        return;
    }
    auto& writer = writers_[receipt.instance[0] % writers_.size()];
    auto put = [&writer, receipt, report = std::move(report)]() mutable {
        writer.calls->put(std::move(report), receipt);
    };
    asio::post(runtime_.executor(writer.context), std::move(put));
}

void Service::stored(Report report, const Receipt& receipt, bool added) {
    answer(receipt, receipt.sequence, 0);
    if (!added) return;
    for (const auto& row : report.batch.rows) {
        call_metrics_.add(row.module, row.endpoint, row.sums);
    }
    auto show = [this, report = std::move(report)]() mutable { status_.put(std::move(report)); };
    asio::post(runtime_.executor(0), std::move(show));
}

void Service::answer(const Receipt& receipt, std::uint64_t committed, std::uint32_t retry_ms) {
    auto tell = [this, receipt, committed, retry_ms] {
        const auto& sessions = contexts_[receipt.context]->sessions;
        const auto found = sessions.find(receipt.session);
        if (found == sessions.end()) return;  // its agent sends the batch again
        ReportAck ack;
        ack.set_instance(receipt.instance.data(), receipt.instance.size());
        ack.set_seq(committed);
        ack.set_retry_ms(retry_ms);
        found->second->send(ID_ReportAck, ack);
    };
    asio::post(runtime_.executor(receipt.context), std::move(tell));
}

}  // namespace lars::reporter

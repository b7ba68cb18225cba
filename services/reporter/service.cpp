#include "reporter/service.hpp"

#include "net/dispatcher.hpp"

#include <boost/asio/post.hpp>

namespace lars::reporter {
namespace {

net::TcpServerOptions server_options(const Options& options) {
    return {options.listen, options.max_connections, options.session};
}

}  // namespace

Service::Service(net::Runtime& runtime, Options options, net::Metrics& metrics, spdlog::logger& log)
    : runtime_(runtime),
      options_(std::move(options)),
      metrics_(metrics),
      log_(log),
      desks_(runtime.size()),
      writer_(
          runtime.executor(0),
          options_,
          [this](const Receipt& receipt) { acknowledge(receipt); },
          metrics,
          log
      ),
      writing_(runtime.executor(0), log),
      server_(
          runtime,
          server_options(options_),
          net::Identity{.role = ROLE_REPORTER},
          [this](net::Session& session, std::size_t context) { return serve(session, context); },
          metrics,
          log
      ),
      alarms_(runtime.executor(0), options_.store, options_.alarms, metrics, log) {}

void Service::start() {
    server_.start();
    writing_.spawn("status writer", writer_.run());
    alarms_.start();
    log_.info("reporter writes {} from {}", store::to_string(options_.store), to_string(local()));
}

net::Awaitable<> Service::stop() {
    co_await alarms_.stop();
    writing_.cancel();
    co_await writing_.join();
    // Sessions end after the last rows, so that their agents still get receipts.
    co_await writer_.drain(net::Clock::now() + options_.drain_timeout / 2);
    co_await server_.stop();
}

net::Awaitable<> Service::serve(net::Session& session, std::size_t context) {
    auto& desk = desks_[context];
    const auto number = desk.next++;
    desk.sessions.emplace(number, &session);
    struct Leave {
        Desk& desk;
        std::uint64_t number;
        ~Leave() { desk.sessions.erase(number); }
    } const leave{desk, number};

    net::BadInput bad_input(metrics_);
    net::Dispatcher<> dispatch(bad_input);
    const auto refuse = [&bad_input](Errc kind) { bad_input.count(kind); };
    const auto on_report = [&](const ReportStatusRequest& request) {
        const auto report = check(request, refuse);
        const Receipt receipt{context, number, report.instance, report.sequence};
        auto put = [this, report, receipt] { writer_.put(report, receipt); };
        net::asio::post(runtime_.executor(0), std::move(put));
    };
    dispatch.on<ReportStatusRequest>(ID_ReportStatusRequest, on_report);
    while (co_await session.fill()) {
        while (const auto frame = session.next()) dispatch(*frame);
    }
}

void Service::acknowledge(const Receipt& receipt) {
    auto tell = [this, receipt] {
        const auto& sessions = desks_[receipt.context].sessions;
        const auto found = sessions.find(receipt.session);
        if (found == sessions.end()) return;  // its agent sends the batch again
        ReportAck ack;
        ack.set_instance(receipt.instance.data(), receipt.instance.size());
        ack.set_seq(receipt.sequence);
        found->second->send(ID_ReportAck, ack);
    };
    net::asio::post(runtime_.executor(receipt.context), std::move(tell));
}

}  // namespace lars::reporter

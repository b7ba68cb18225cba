#include "app/run_service.hpp"

#include "app/log.hpp"
#include "http/server.hpp"
#include "runtime/heartbeats.hpp"
#include "runtime/own_thread.hpp"

#include <sys/resource.h>

#include <csignal>
#include <cstdlib>
#include <optional>

namespace lars::app {
namespace {

// A context that hasn't run for so long is stuck: handlers take milliseconds, and reading a very
// large table a second or two.
constexpr auto kStuckAfter = std::chrono::seconds(5);

// Each session is a descriptor, and the usual soft limit of 1,024 is meant for select().
void raise_descriptor_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

std::vector<std::string> stuck_contexts(
    const Service& service, const runtime::Heartbeats& heartbeats, std::size_t contexts
) {
    std::vector<std::string> lines;
    const auto now = Clock::now();
    for (std::size_t i = 0; i < contexts; ++i) {
        const auto silence = heartbeats.silence(i, now);
        if (silence < kStuckAfter) continue;
        const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(silence).count();
        lines.push_back(
            service.context_name(i) + ": its thread hasn't run for " + std::to_string(seconds) +
            " s"
        );
    }
    return lines;
}

/// The operators' pages, on a thread of their own: they are wanted most when others are stuck.
class OperatorServer {
public:
    OperatorServer(const Endpoint& listen, http::Router router, spdlog::logger& log)
        : server_("admin", thread_.executor(), listen, std::move(router), log) {
        thread_.run(server_);
    }

    runtime::Part& part() { return thread_; }
    Endpoint local() const { return server_.local(); }

private:
    runtime::OwnThread thread_;
    http::Server server_;
};

http::Router pages_of(
    Service& service,
    const runtime::Heartbeats& heartbeats,
    std::size_t contexts,
    const metrics::Registry& metrics
) {
    http::HealthChecks checks;
    checks.stuck = [&service, &heartbeats, contexts] {
        return stuck_contexts(service, heartbeats, contexts);
    };
    checks.readiness = [&service] { return service.readiness(); };
    http::Router router;
    for (auto& page : http::operator_pages(metrics, checks)) router.add(std::move(page));
    for (auto& page : service.pages()) router.add(std::move(page));
    return router;
}

}  // namespace

int run_service(
    const ServiceSettings& settings, const MakeService& make, const ReadAgain& read_again
) {
    // Who reads what we write may go; we hear of that by an error.
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGHUP, SIG_IGN);  // until Reload is there
    const auto& options = settings.options;
    metrics::Registry metrics;
    const auto log = make_log(settings.name, options.log_level, metrics);
    raise_descriptor_limit();
    runtime::Runtime runtime({options.threads, options.drain_timeout}, *log);
    const auto service = make(runtime, metrics, *log);
    const auto read = [&read_again, &log] { return read_again(*log); };
    Reload reload(runtime, settings.values, read, *log);
    runtime::Heartbeats heartbeats(runtime, *log);
    std::vector<runtime::Part*> parts{&reload, &heartbeats, service.get()};
    std::optional<OperatorServer> pages;
    if (options.admin) {
        pages.emplace(
            *options.admin, pages_of(*service, heartbeats, runtime.size(), metrics), *log
        );
        parts.push_back(&pages->part());
    }
    const auto started = [&pages, &log] {
        if (!pages) return;
        log->info("metrics at http://{}/metrics", to_string(pages->local()));
        if (const auto why = runtime::why_unreachable(pages->local())) log->warn("{}", *why);
    };
    try {
        if (runtime.run(parts, started) == runtime::Runtime::Ended::forced) {
            log->flush();
            // Parts still hold coroutines, which mustn't be destroyed.
            std::_Exit(EXIT_FAILURE);
        }
    } catch (const runtime::StartError& error) {
        log->critical("{}", error.what());
        return EXIT_FAILURE;
    }
    log->info("stopped");
    return EXIT_SUCCESS;
}

}  // namespace lars::app

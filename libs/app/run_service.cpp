#include "app/run_service.hpp"

#include "app/log.hpp"
#include "http/operator_pages.hpp"
#include "http/server.hpp"

#include <sys/resource.h>

#include <csignal>
#include <cstdlib>
#include <optional>
#include <vector>

namespace lars::app {
namespace {

// Each session is a descriptor, and the usual soft limit of 1,024 is meant for select().
void raise_descriptor_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

http::Router pages_of(Service& service, const metrics::Registry& metrics) {
    http::Router router;
    const auto ready = [&service] { return service.ready(); };
    for (auto& page : http::operator_pages(metrics, ready)) router.add(std::move(page));
    for (auto& page : service.pages()) router.add(std::move(page));
    return router;
}

}  // namespace

int run_service(const std::string& name, const ServiceOptions& options, const MakeService& make) {
    // Who reads what we write may go; we hear of that by an error.
    std::signal(SIGPIPE, SIG_IGN);
    metrics::Registry metrics;
    const auto log = make_log(name, options.log_level, metrics);
    raise_descriptor_limit();
    runtime::Runtime runtime({options.threads, options.drain_timeout}, *log);
    const auto service = make(runtime, metrics, *log);
    std::vector<runtime::Part*> parts{service.get()};
    std::optional<http::Server> pages;
    if (options.admin) {
        pages.emplace(
            "admin", runtime.executor(0), *options.admin, pages_of(*service, metrics), *log
        );
        parts.push_back(&*pages);
    }
    const auto started = [&pages, &log] {
        if (pages) log->info("metrics at http://{}/metrics", to_string(pages->local()));
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

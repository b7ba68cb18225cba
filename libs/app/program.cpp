#include "app/program.hpp"

#include "http/admin_server.hpp"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/resource.h>

#include <cstdlib>
#include <iostream>

namespace lars::app {
namespace {

using namespace std::chrono_literals;

constexpr std::uint32_t kLoopback = 0x7F000001;

class Admin final : public runtime::Part {
public:
    Admin(
        runtime::Runtime& runtime,
        const Endpoint& listen,
        Service& service,
        metrics::Registry& metrics,
        spdlog::logger& log
    )
        : log_(log),
          server_(
              runtime.executor(0), listen, metrics, [&service] { return service.ready(); }, log
          ) {
        for (auto& page : service.pages()) server_.add(std::move(page));
    }
    std::string name() const override { return "admin"; }
    void start() override {
        server_.start();
        log_.info("metrics at http://{}/metrics", to_string(server_.local()));
    }
    Awaitable<> stop() override { return server_.stop(); }

private:
    spdlog::logger& log_;
    http::AdminServer server_;
};

// Each session is a descriptor, and the usual soft limit of 1,024 is meant for select().
void raise_descriptor_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

void describe(OptionSet& set, ServiceOptions& options, Threads threads) {
    if (threads == Threads::configurable) {
        set.number("threads", options.threads, {1, 256}, "threads that serve sessions")
            .key("reactor", "threads")
            .key("reactor", "threadNum");
    }
    set.duration("drain-timeout", options.drain_timeout, {10ms, 1h}, "how long a stop may take")
        .key("reactor", "drain-timeout");
    const auto admin = [&options](const std::string& text) {
        if (text.find(':') != std::string::npos) {
            options.admin = parse_listen(text);
        } else {
            const auto port = parse_number(text, {0, 65'535});
            options.admin = Endpoint::from_ipv4(kLoopback, static_cast<std::uint16_t>(port));
        }
    };
    const auto print = [&options] { return options.admin ? to_string(*options.admin) : ""; };
    set.custom(
           "admin",
           admin,
           print,
           "PORT of loopback, or HOST:PORT, for /metrics, /healthz, /readyz over HTTP; off unless "
           "set; nothing is authenticated"
    )
        .key("reactor", "admin");
    const auto level = [&options](const std::string& text) {
        if (spdlog::level::from_str(text) == spdlog::level::off && text != "off") {
            throw std::invalid_argument("one of trace, debug, info, warning, error, critical, off");
        }
        options.log_level = text;
    };
    set.custom(
           "log-level", level, [&options] { return options.log_level; }, "least severity logged"
    )
        .key("reactor", "log-level");
}

std::shared_ptr<spdlog::logger> make_log(const std::string& name, const std::string& level) {
    auto log =
        std::make_shared<spdlog::logger>(name, std::make_shared<spdlog::sinks::stderr_sink_mt>());
    log->set_pattern("%Y-%m-%dT%H:%M:%S.%f %n %l %v");
    log->set_level(spdlog::level::from_str(level));
    log->flush_on(spdlog::level::info);
    return log;
}

int run(const std::string& name, const ServiceOptions& options, const MakeService& make) {
    const auto log = make_log(name, options.log_level);
    raise_descriptor_limit();
    metrics::Registry metrics;
    runtime::Runtime runtime({options.threads, options.drain_timeout}, *log);
    const auto service = make(runtime, metrics, *log);
    std::vector<runtime::Part*> parts{service.get()};
    std::unique_ptr<Admin> admin;
    if (options.admin) {
        admin = std::make_unique<Admin>(runtime, *options.admin, *service, metrics, *log);
        parts.push_back(admin.get());
    }
    try {
        if (runtime.run(parts) == runtime::Runtime::Ended::forced) {
            log->flush();
            std::_Exit(EXIT_FAILURE);
        }
    } catch (const runtime::StartError& error) {
        log->critical("{}", error.what());
        return EXIT_FAILURE;
    }
    log->info("stopped");
    return EXIT_SUCCESS;
}

int guarded(const std::string& program, const std::function<int()>& body) {
    try {
        return body();
    } catch (const ConfigError& error) {
        std::cerr << program << ": " << error.what() << '\n';
        return 2;
    } catch (const std::exception& error) {
        std::cerr << program << ": " << error.what() << '\n';
        return 1;
    }
}

}  // namespace lars::app

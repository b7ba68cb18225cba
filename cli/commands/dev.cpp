#include "agent/service.hpp"
#include "app/log.hpp"
#include "cli/commands.hpp"
#include "cli/store_access.hpp"
#include "console/service.hpp"
#include "dns/service.hpp"
#include "reporter/service.hpp"
#include "store/access_tokens.hpp"
#include "store/schema.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>

#include <csignal>
#include <filesystem>
#include <iostream>

namespace lars::cli {
namespace {

namespace po = boost::program_options;

struct Settings {
    std::string store;
    std::string data = "lars-data";
    std::string log_level = "info";
    std::uint32_t dns_port = 7778;
    std::uint32_t reporter_port = 7779;
    std::uint32_t console_port = 7780;
    std::uint32_t udp_port = 8888;
    std::uint32_t shards = 3;
};

bool parse(const Words& words, Settings& settings) {
    Arguments arguments(
        "dev",
        "",
        "Runs dns, reporter, agent and console in one process until SIGINT or SIGTERM, on "
        "loopback,\n"
        "and prints `ready` when they serve. The link that it prints signs in to the console once."
    );
    const auto set_log_level = [&settings](const std::string& level) {
        app::check_log_level(level);
        settings.log_level = level;
    };
    // Not from LARS_STORE: what is tried out here must not touch the database named there.
    arguments.flags()(
        "store", po::value<std::string>(&settings.store), "sqlite:// or mysql:// URL"
    )("data",
      po::value<std::string>(&settings.data),
      "directory of lars.db, unless --store is given [lars-data]")(
        "dns-port", number(settings.dns_port, {0, 65'535}), "[7778]; 0: any free port"
    )("reporter-port", number(settings.reporter_port, {0, 65'535}), "[7779]")(
        "console-port", number(settings.console_port, {0, 65'535}), "[7780]"
    )("udp-port", number(settings.udp_port, {0, 65'535}), "of the first shard [8888]")(
        "shards", number(settings.shards, {1, 64}), "[3]"
    )("log-level",
      po::value<std::string>()->notifier(set_log_level),
      "trace, debug, info, warning, error, critical or off [info]");
    if (!arguments.parse(words, 0, 0)) return false;
    return true;
}

store::Url choose_store(const Settings& settings) {
    if (!settings.store.empty()) return store_url(settings.store);
    if (settings.data.empty()) throw UsageError("--data '' is not a directory");
    std::error_code error;
    std::filesystem::create_directories(settings.data, error);
    if (error) throw Failure(settings.data + ": cannot create: " + error.message());
    const auto path = std::filesystem::absolute(settings.data) / "lars.db";
    return store_url("sqlite://" + path.lexically_normal().string());
}

/// Says `ready` once the agent could answer: dns has its routes and the agent is connected.
class Announcer final : public runtime::Part {
public:
    Announcer(
        runtime::Runtime& runtime,
        const dns::Service& dns,
        const agent::Service& agent,
        spdlog::logger& log
    )
        : executor_(runtime.executor(0)), dns_(dns), agent_(agent), tasks_(executor_, log) {}

    std::string name() const override { return "announcer"; }
    void start() override { tasks_.spawn("ready", announce()); }
    Awaitable<> stop() override {
        tasks_.cancel();
        co_await tasks_.join();
    }

private:
    Awaitable<> announce() {
        asio::steady_timer timer(executor_);
        while (!dns_.ready() || !agent_.dns_connected()) {
            timer.expires_after(std::chrono::milliseconds(10));
            co_await timer.async_wait(nothrow);
        }
        std::cout << "ready" << std::endl;
    }

    asio::any_io_executor executor_;
    const dns::Service& dns_;
    const agent::Service& agent_;
    runtime::TaskGroup tasks_;
};

/// What signs in to the console, once.
std::string make_link(const store::Url& url) {
    const auto made = run_on_store<store::MadeToken>(url, [](store::Database& each) {
        store::NewToken wanted;
        wanted.kind = store::TokenKind::link;
        wanted.account = "dev";
        wanted.roles = store::Roles(store::Role::admin);
        wanted.label = "lars dev";
        wanted.lifetime = std::chrono::hours(1);
        return store::AccessTokens(each).make(std::move(wanted));
    });
    return made.secret;
}

/// Two services need each other's port, which may be any free one: it is asked of the kernel.
std::uint32_t settle_port(std::uint32_t port) {
    if (port != 0) return port;
    asio::io_context context;
    const auto acceptor =
        runtime::listen_on(context.get_executor(), Endpoint::from_ipv4(0x7F000001, 0));
    return acceptor.local_endpoint().port();
}

}  // namespace

int dev(const Words& words) {
    Settings settings;
    if (!parse(words, settings)) return 0;
    const auto url = choose_store(settings);
    run_on_store<store::SchemaStatus>(url, [](store::Database& each) {
        return store::Schema(each).migrate();
    });

    const auto link = make_link(url);

    // What it logs or prints may be piped to somebody who goes.
    std::signal(SIGPIPE, SIG_IGN);
    metrics::Registry metrics;
    const auto log = app::make_log("lars", settings.log_level, metrics);
    // Context 0 has the links and sessions, then come the shards, and the feed of dns is last.
    runtime::Runtime runtime({.threads = settings.shards + 2}, *log);
    const auto loopback = [](std::uint32_t port) {
        return Endpoint::from_ipv4(0x7F000001, static_cast<std::uint16_t>(port));
    };

    dns::Options dns_options;
    dns_options.store = url;
    dns_options.listen = loopback(settle_port(settings.dns_port));
    reporter::Options reporter_options;
    reporter_options.store = url;
    // Few rows, and somebody who watches.
    reporter_options.status_interval = std::chrono::seconds(1);
    reporter_options.listen = loopback(settle_port(settings.reporter_port));
    console::Options console_options;
    console_options.store = url;
    console_options.listen = loopback(settle_port(settings.console_port));
    agent::Options agent_options;
    agent_options.dns = {{"127.0.0.1", dns_options.listen.port}};
    agent_options.reporter = {{"127.0.0.1", reporter_options.listen.port}};
    agent_options.udp = loopback(settings.udp_port);
    agent_options.shards = settings.shards;
    agent_options.caller = agent_options.udp.ipv4();  // nobody else reports here
    if (settings.store.empty()) {
        agent_options.route_file = (std::filesystem::path(settings.data) / "agent.routes").string();
        agent_options.state_directory = settings.data;
        agent_options.socket = (std::filesystem::path(settings.data) / "agent.sock").string();
        agent_options.services_directory =
            (std::filesystem::path(settings.data) / "services.d").string();
    }

    dns::Service dns(runtime, dns_options, metrics, *log);
    reporter::Service reporter(runtime, reporter_options, metrics, *log);
    agent::Service agent(runtime, agent_options, metrics, *log);
    console::Service console(runtime, console_options, metrics, *log);
    Announcer announcer(runtime, dns, agent, *log);
    runtime::Part* const parts[]{&dns, &reporter, &agent, &console, &announcer};
    const auto started = [&] {
        const auto udp = agent.local();
        std::cout << "store " << store::to_string(url) << "\ndns " << to_string(dns.local())
                  << "\nreporter " << to_string(reporter.local()) << "\nagent " << to_string(udp)
                  << '/' << settings.shards << '\n';
        if (!agent_options.socket.empty()) std::cout << "socket " << agent_options.socket << '\n';
        std::cout << "console http://" << to_string(console.local()) << "/#link=" << link << '\n';
        std::cout << std::flush;
    };
    if (runtime.run(parts, started) == runtime::Runtime::Ended::forced) {
        log->flush();
        std::_Exit(1);
    }
    return 0;
}

}  // namespace lars::cli

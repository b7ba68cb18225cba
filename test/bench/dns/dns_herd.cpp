#include "descriptors.hpp"
#include "dns_process.hpp"
#include "figures.hpp"
#include "load_process.hpp"
#include "marker.hpp"
#include "process.hpp"
#include "sqlite_routes.hpp"

#include <cstdio>
#include <optional>

// Many agents at one dns: what a session costs, and how long until all are served again after dns
// was killed and all come back at once.
namespace {

using namespace lars;

constexpr int kModules = 5;
constexpr int kEndpoints = 5;

double push_to_all(bench::SqliteRoutes& routes, bench::LoadProcess& load) {
    const auto change = Endpoint::from_ipv4(bench::kMarkerBase + 1, 1);
    const auto begin = bench::Stamp::now();
    routes.add({{ModuleId{1, 1}, change}});
    std::optional<bench::Stamp> seen;
    load.await_markers(
        [&seen](const auto& marker) { seen = marker.at; }, [&seen] { return seen.has_value(); }
    );
    return bench::milliseconds(seen->monotonic - begin.monotonic);
}

bench::LoadProcess::Served served_since(bench::LoadProcess& load, const bench::Stamp& begin) {
    auto served = load.await_served();
    while (served.at.monotonic < begin.monotonic) served = load.await_served();
    return served;
}

int run(const bench::Settings& settings) {
    const int sessions = settings.number("--sessions", settings.quick ? 200 : 10'000);
    const int restarts = settings.quick ? 1 : 5;
    bench::raise_descriptor_limit();
    bench::SqliteRoutes routes;
    routes.add(bench::example_rows(kModules, kEndpoints));

    bench::DnsProcess::Options options{
        .store = store::to_string(routes.url()),
        .flags = {"--max-connections", std::to_string(sessions + 100)}};
    std::optional<bench::DnsProcess> dns;
    dns.emplace(options);
    options.port = dns->port();
    bench::Figures figures("dns-herd");

    const auto rss_without = bench::memory_kib(dns->id(), "VmRSS");
    const auto load_begin = bench::Stamp::now();
    bench::LoadProcess load({.port = dns->port(), .sessions = sessions});
    auto served = served_since(load, load_begin);
    figures.add("first_served_s", bench::seconds(served.at.monotonic - load_begin.monotonic));
    figures.add("push_to_all_ms", push_to_all(routes, load));
    const auto grown = bench::memory_kib(dns->id(), "VmRSS") - rss_without;
    figures.add("bytes_per_session", grown * 1024 / sessions);

    for (int i = 0; i < restarts; ++i) {
        dns->kill();
        const auto attempts_before = served.attempts;
        const auto begin = bench::Stamp::now();
        dns.emplace(options);
        served = served_since(load, begin);
        figures.add("all_served_s", bench::seconds(served.at.monotonic - begin.monotonic));
        figures.add("peak_rss_mib", bench::memory_kib(dns->id(), "VmHWM") / 1024);
        figures.add("dns_cpu_s", bench::cpu_us(dns->id()) / 1e6);
        const auto attempts = static_cast<double>(served.attempts - attempts_before);
        figures.add("attempts_per_session", attempts / sessions);
    }
    std::printf("%d sessions; lars-dns had %.1f MiB without any\n", sessions, rss_without / 1024);
    figures.print(settings);
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    return lars::bench::run_benchmark("dns-herd", [=] {
        return run(bench::parse_settings(argc, argv, {"--sessions"}));
    });
}

#include "dns/service.hpp"
#include "echo.hpp"
#include "figures.hpp"
#include "request_load.hpp"
#include "sqlite_routes.hpp"
#include "support/running.hpp"
#include "support/wait.hpp"

#include <boost/asio/post.hpp>

#include <cstdio>
#include <future>

// GetRouteRequests to the dns service beside the same bytes to a bare echo: each on one thread of
// its own, in turns, and the serving thread's CPU time is what is compared.
namespace {

using namespace lars;
using namespace std::chrono_literals;

constexpr int kModules = 300;
constexpr int kEndpoints = 10;
constexpr int kConnections = 100;

std::string hello() {
    const wire::Identity self{.role = ROLE_AGENT, .shards = 3};
    std::string bytes;
    wire::append_frame(bytes, ID_Hello, wire::hello_of(self));
    return bytes;
}

std::vector<std::string> requests() {
    std::vector<std::string> all(kModules);
    for (int i = 0; i < kModules; ++i) {
        GetRouteRequest request;
        request.set_modid(i + 1);
        request.set_cmdid(1);
        wire::append_frame(all[static_cast<std::size_t>(i)], ID_GetRouteRequest, request);
    }
    return all;
}

dns::Options dns_options(const bench::SqliteRoutes& routes) {
    dns::Options options;
    options.listen = Endpoint::from_ipv4(0x7F000001, 0);
    options.store = routes.url();
    options.poll_interval = 1h;  // sessions alone are measured
    options.compare_interval = 24h;
    return options;
}

double serving_thread_cpu_us(runtime::Runtime& runtime) {
    std::promise<double> answer;
    auto future = answer.get_future();
    asio::post(runtime.executor(0), [&answer] { answer.set_value(bench::thread_cpu_us()); });
    return future.get();
}

double measure(
    bench::Figures& figures,
    const std::string& name,
    runtime::Runtime& runtime,
    bench::RequestLoad& load,
    int count
) {
    static const auto all = requests();
    const auto before = serving_thread_cpu_us(runtime);
    const auto wall = load.exchange(all, count);
    const auto used = (serving_thread_cpu_us(runtime) - before) / count;
    figures.add(name + "_cpu_us", used);
    figures.add(name + "_per_second", count / wall * 1e6);
    return used;
}

int run(const bench::Settings& settings) {
    const int rounds = settings.quick ? 3 : 15;
    const int count = settings.quick ? 2'000 : 100'000;
    bench::SqliteRoutes routes;
    routes.add(bench::example_rows(kModules, kEndpoints));

    test::Running dns_side(2);  // sessions on context 0, the feed on the last
    dns::Service service(dns_side.runtime, dns_options(routes), dns_side.metrics, dns_side.log);
    const auto stop_dns = dns_side.run({&service});
    test::Running echo_side(1);
    bench::Echo echo(echo_side.runtime, echo_side.log);
    const auto stop_echo = echo_side.run({&echo});
    if (!test::eventually([&] { return service.ready(); })) throw std::runtime_error("no routes");

    bench::RequestLoad dns_load(service.local().port, kConnections, hello());
    bench::RequestLoad echo_load(echo.port(), kConnections, hello());
    dns_load.exchange(requests(), count);  // both warm
    echo_load.exchange(requests(), count);
    if (dns_load.answer_size() < kEndpoints * 8) throw std::runtime_error("not the whole route");

    bench::Figures figures("dns-throughput");
    for (int round = 0; round < rounds; ++round) {
        const auto bare = measure(figures, "echo", echo_side.runtime, echo_load, count);
        const auto dns = measure(figures, "dns", dns_side.runtime, dns_load, count);
        figures.add("cpu_ratio_to_echo", dns / bare);
    }
    std::printf(
        "%d connections, one request outstanding on each, %d per sample, samples interleaved\n",
        kConnections,
        count
    );
    figures.print(settings);
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    return lars::bench::run_benchmark("dns-throughput", [=] {
        return run(bench::parse_settings(argc, argv));
    });
}

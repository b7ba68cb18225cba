#include "agent/shard_pump.hpp"
#include "figures.hpp"
#include "udp_load.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <spdlog/sinks/null_sink.h>
#include <spdlog/spdlog.h>

#include <cstdio>
#include <functional>
#include <future>
#include <stdexcept>
#include <thread>

// One shard of the agent, as it runs in lars-agent, beside a loop that sends each datagram back.
// Both have one thread, the same kind of socket and the same drain loop; they take turns within
// the run, and the server thread's own CPU time is what is compared.
namespace {

using namespace lars;
namespace asio = boost::asio;

constexpr int kOutstanding = 64;

Route example_route() {
    Route route;
    route.module = {1, 1};
    for (std::uint32_t i = 0; i < 10; ++i) {
        route.endpoints.push_back({Endpoint::from_ipv4(0x0A000001 + i, 80), kDefaultWeight, ""});
    }
    return route;
}

std::string get_host_datagram() {
    GetHostRequest request;
    request.set_seq(12345);
    request.set_modid(1);
    request.set_cmdid(1);
    std::string bytes;
    net::append_frame(bytes, ID_GetHostRequest, request);
    return bytes;
}

/// A thread that runs one context, and tells its CPU time.
class Server {
public:
    explicit Server(asio::io_context& context)
        : context_(context), guard_(context.get_executor()), thread_([this] { context_.run(); }) {}
    ~Server() {
        guard_.reset();
        context_.stop();
    }

    double cpu_us() {
        std::promise<double> answer;
        auto future = answer.get_future();
        asio::post(context_, [&answer] { answer.set_value(bench::thread_cpu_us()); });
        return future.get();
    }

private:
    asio::io_context& context_;
    asio::executor_work_guard<asio::io_context::executor_type> guard_;
    std::jthread thread_;
};

net::Awaitable<> echo(net::UdpSocket& socket) {
    while (true) {
        for (auto datagram = socket.receive(); datagram; datagram = socket.receive()) {
            socket.send(datagram->from, datagram->bytes);
        }
        co_await socket.readable();
    }
}

void measure(
    bench::Figures& figures,
    const std::string& name,
    Server& server,
    std::uint16_t port,
    const std::string& datagram,
    int count,
    std::vector<double>& cpu
) {
    const auto before = server.cpu_us();
    const auto wall = bench::exchange(port, datagram, kOutstanding, count);
    const auto used = (server.cpu_us() - before) / count;
    figures.add(name + "_cpu_us", used);
    figures.add(name + "_per_second", count / wall * 1e6);
    cpu.push_back(used);
}

int run(const bench::Settings& settings) {
    const int rounds = settings.quick ? 3 : 15;
    const int count = settings.quick ? 2'000 : 100'000;
    spdlog::logger log("bench", std::make_shared<spdlog::sinks::null_sink_mt>());
    net::Metrics metrics;
    const auto loopback = Endpoint::from_ipv4(0x7F000001, 0);

    asio::io_context echo_context(1);
    net::UdpSocket echo_socket(echo_context.get_executor(), loopback);
    asio::co_spawn(echo_context, echo(echo_socket), asio::detached);

    asio::io_context agent_context(1);
    const net::Identity self{.role = ROLE_AGENT, .shards = 1};
    agent::ShardPump::Outlets outlets;
    outlets.pull = [](const auto&) {};
    outlets.report = [](const auto&) {};
    outlets.keep = [](const auto&) {};
    agent::ShardPump shard(
        agent_context.get_executor(),
        {0, 1},
        loopback,
        {},
        agent::Options(),
        self,
        outlets,
        metrics,
        log
    );
    shard.start();

    const auto datagram = get_host_datagram();
    bench::Figures figures("hotpath");
    {
        Server echo_server(echo_context);
        Server agent_server(agent_context);
        bench::exchange(shard.local().port, datagram, 1, 1);  // the module becomes known of
        shard.post_route({example_route(), false, agent::RouteSource::ours});
        bench::exchange(shard.local().port, datagram, kOutstanding, count);  // and both warm
        bench::exchange(echo_socket.local().port, datagram, kOutstanding, count);
        for (int round = 0; round < rounds; ++round) {
            std::vector<double> cpu;
            measure(figures, "echo", echo_server, echo_socket.local().port, datagram, count, cpu);
            measure(figures, "get_host", agent_server, shard.local().port, datagram, count, cpu);
            figures.add("cpu_ratio_to_echo", cpu[1] / cpu[0]);
        }
        std::promise<void> stopped;
        asio::co_spawn(agent_context, shard.stop(), [&stopped](const std::exception_ptr&) {
            stopped.set_value();
        });
        stopped.get_future().get();
    }
    const auto code = to_string(ReturnCode::succ);
    if (metrics.value("lars_agent_get_host_total", {{"code", code}}) < double(rounds * count)) {
        throw std::runtime_error("not every get_host was answered with a host");
    }
    std::printf(
        "%d datagrams outstanding, %d per sample, samples interleaved\n", kOutstanding, count
    );
    figures.print(settings);
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    return lars::bench::run_benchmark("hotpath", [=] {
        return run(bench::parse_settings(argc, argv));
    });
}

#include "sender.hpp"

#include "runtime/sleep.hpp"

namespace lars::bench {

Senders::Senders(
    runtime::Runtime& runtime,
    std::size_t context,
    const Options& options,
    metrics::Registry& metrics,
    spdlog::logger& log
)
    : options_(options), executor_(runtime.executor(context)), tasks_(executor_, log) {
    agent::ReporterLink::Options link;
    for (const auto port : options.reporters) link.link.peers.push_back({"127.0.0.1", port});
    for (int i = 0; i < options.agents; ++i) {
        link.caller = 0x0A000000U + static_cast<std::uint32_t>(i);
        const wire::Identity self{.role = ROLE_AGENT, .shards = 3};
        links_.push_back(std::make_unique<agent::ReporterLink>(executor_, link, self, metrics, log)
        );
    }
}

void Senders::start() {
    for (std::size_t i = 0; i < links_.size(); ++i) {
        tasks_.spawn("link", links_[i]->run());
        tasks_.spawn("calls", call(i));
    }
}

Awaitable<> Senders::stop() {
    tasks_.cancel();
    co_await tasks_.join();
}

Awaitable<> Senders::call(std::size_t agent) {
    auto next = Clock::now() + options_.interval * agent / links_.size();
    while (!ended_) {
        co_await runtime::sleep_until(executor_, next);
        next += options_.interval;
        const auto calls = made_up(agent);
        for (const auto& module : calls) {
            for (const auto& each : module.endpoints) {
                calls_ += each.sums().calls();
            }
        }
        links_[agent]->add(calls);
    }
    const auto forever = Clock::now() + std::chrono::hours(1);
    co_await links_[agent]->drain(forever);
    ++delivered_;
}

std::vector<agent::ModuleCalls> Senders::made_up(std::size_t agent) {
    std::vector<agent::ModuleCalls> all;
    for (int m = 0; m < options_.modules; ++m) {
        const auto number = (static_cast<int>(agent) * options_.modules + m) % options_.all_modules;
        agent::ModuleCalls module{{number + 1, 1}, {}};
        for (int e = 0; e < options_.endpoints; ++e) {
            const auto ip = 0x0B000000U + static_cast<std::uint32_t>(number * 256 + e);
            agent::EndpointCalls calls{.endpoint = Endpoint::from_ipv4(ip, 7'000)};
            calls.successes = random(50);
            calls.failures = random(5);
            calls.overload = random(99) == 0;
            calls.overloaded_ms = calls.overload ? random(1'000) : 0;
            const auto latency_us = 50ULL << random(8);
            calls.latency_sum_us = latency_us * calls.successes;
            calls.latencies[latency_bucket(latency_us)] = calls.successes;
            module.endpoints.push_back(calls);
        }
        if (!module.endpoints.empty()) all.push_back(std::move(module));
    }
    return all;
}

std::uint32_t Senders::random(std::uint32_t max) {
    return static_cast<std::uint32_t>(random_()) % (max + 1);
}

}  // namespace lars::bench

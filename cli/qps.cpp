#include "cli/calls.hpp"
#include "cli/commands.hpp"
#include "cli/interrupt.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdio>
#include <iostream>
#include <thread>

namespace lars::cli {
namespace {

using Clock = std::chrono::steady_clock;
namespace po = boost::program_options;

struct Load {
    std::uint32_t threads = 1;
    std::uint32_t seconds = 10;
    std::int32_t modid = 1;
    std::int32_t cmdid = 1;
};

/// One thread's counts; written by it alone, read by the one that prints.
struct Tally {
    std::array<std::atomic<std::uint64_t>, 4> answers{};  // by return code
    std::vector<std::uint32_t> latencies_us;              // read after the thread ended
};

void call(Client& client, const Load& load, const std::atomic<bool>& stop, Tally& tally) {
    while (!stop) {
        const auto begin = Clock::now();
        const auto host = client.get_host(load.modid, load.cmdid);
        const auto took = Clock::now() - begin;
        tally.answers[static_cast<std::size_t>(host.code()) & 3].fetch_add(
            1, std::memory_order_relaxed
        );
        const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(took).count();
        if (host) {
            tally.latencies_us.push_back(static_cast<std::uint32_t>(micros));
            client.report(load.modid, load.cmdid, *host, 0);
        } else {
            // An absent agent is known at once: asking without a pause would only burn CPU.
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
    }
}

std::uint64_t sum(const std::vector<Tally>& tallies, Code code) {
    std::uint64_t total = 0;
    for (const auto& each : tallies) total += each.answers[static_cast<std::size_t>(code)];
    return total;
}

std::uint32_t percentile(const std::vector<std::uint32_t>& sorted, double share) {
    if (sorted.empty()) return 0;
    const auto index = static_cast<std::size_t>(share * double(sorted.size() - 1));
    return sorted[index];
}

void print_summary(std::vector<Tally>& tallies, double seconds, bool as_json) {
    std::vector<std::uint32_t> latencies;
    for (auto& each : tallies) {
        latencies.insert(latencies.end(), each.latencies_us.begin(), each.latencies_us.end());
    }
    std::sort(latencies.begin(), latencies.end());
    const auto most = latencies.empty() ? 0 : latencies.back();
    const auto good = sum(tallies, Code::succ);
    if (as_json) {
        const boost::json::object object{
            {"qps", double(good) / seconds},
            {"succ", good},
            {"overload", sum(tallies, Code::overload)},
            {"system_error", sum(tallies, Code::system_error)},
            {"noexist", sum(tallies, Code::noexist)},
            {"p50_us", percentile(latencies, 0.5)},
            {"p99_us", percentile(latencies, 0.99)},
            {"max_us", most},
        };
        std::cout << boost::json::serialize(object) << '\n';
        return;
    }
    std::printf(
        "%.0f get_host + report per second; latency p50 %u us, p99 %u us, max %u us\n"
        "SUCC %llu, OVERLOAD %llu, SYSTEM_ERROR %llu, NOEXIST %llu\n",
        double(good) / seconds,
        percentile(latencies, 0.5),
        percentile(latencies, 0.99),
        most,
        static_cast<unsigned long long>(good),
        static_cast<unsigned long long>(sum(tallies, Code::overload)),
        static_cast<unsigned long long>(sum(tallies, Code::system_error)),
        static_cast<unsigned long long>(sum(tallies, Code::noexist))
    );
}

}  // namespace

int qps(const Words& words) {
    ClientOptions options;
    Load load;
    Arguments arguments(
        "qps", "", "Calls get_host and report in a loop from several threads, and counts."
    );
    add_client_flags(arguments, options);
    arguments.flags()("threads", number(load.threads, {1, 1024}), "threads [1]")(
        "seconds", number(load.seconds, {1, 86'400}), "how long [10]"
    )("modid", po::value<std::int32_t>(&load.modid), "[1]")(
        "cmdid", po::value<std::int32_t>(&load.cmdid), "[1]"
    )("json", "print a JSON object at the end");
    if (!arguments.parse(words, 0, 0)) return 0;
    const bool as_json = arguments.given("json");
    auto client = make_client(options);
    client.reg_init(load.modid, load.cmdid);

    const Interrupt interrupt;
    std::atomic<bool> stop{false};
    std::vector<Tally> tallies(load.threads);
    const auto begin = Clock::now();
    {
        std::vector<std::jthread> threads;
        for (auto& tally : tallies) {
            threads.emplace_back([&] { call(client, load, stop, tally); });
        }
        std::uint64_t before = 0;
        for (std::uint32_t second = 1; second <= load.seconds && !interrupt; ++second) {
            while (Clock::now() < begin + std::chrono::seconds(second) && !interrupt) {
                std::this_thread::sleep_for(std::chrono::milliseconds(20));
            }
            const auto good = sum(tallies, Code::succ);
            std::fprintf(
                as_json ? stderr : stdout,
                "%us: %llu/s\n",
                second,
                static_cast<unsigned long long>(good - before)
            );
            std::fflush(stdout);
            before = good;
        }
        stop = true;
    }
    const std::chrono::duration<double> took = Clock::now() - begin;
    print_summary(tallies, took.count(), as_json);
    return sum(tallies, Code::succ) > 0 ? 0 : 1;
}

}  // namespace lars::cli

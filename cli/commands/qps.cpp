#include "cli/client_flags.hpp"
#include "cli/commands.hpp"
#include "cli/interrupt.hpp"
#include "cli/latency_histogram.hpp"

#include <boost/json.hpp>

#include <array>
#include <atomic>
#include <cstdio>
#include <iostream>
#include <thread>

namespace lars::cli {
namespace {

using Clock = std::chrono::steady_clock;

struct Load {
    std::uint32_t threads = 1;
    std::uint32_t seconds = 10;
    std::int32_t modid = 1;
    std::int32_t cmdid = 1;
};

/// What one thread did; written by it alone, read by the one that prints.
struct Tally {
    std::array<std::atomic<std::uint64_t>, 4> answers{};  // by return code
    LatencyHistogram latencies;                           // of answers with a host
};

/// What all threads did.
struct Totals {
    explicit Totals(const std::vector<Tally>& tallies) {
        for (const auto& each : tallies) {
            for (std::size_t code = 0; code < answers.size(); ++code) {
                answers[code] += each.answers[code].load(std::memory_order_relaxed);
            }
            latencies += each.latencies.read();
        }
    }

    std::uint64_t of(Code code) const { return answers[static_cast<std::size_t>(code)]; }
    std::uint64_t errors() const {
        return of(Code::overload) + of(Code::system_error) + of(Code::noexist);
    }

    std::array<std::uint64_t, 4> answers{};
    Latencies latencies;
};

void call(Client& client, const Load& load, const std::atomic<bool>& stop, Tally& tally) {
    while (!stop) {
        const auto begin = Clock::now();
        const auto host = client.get_host(load.modid, load.cmdid);
        const auto took = Clock::now() - begin;
        tally.answers[static_cast<std::size_t>(host.code()) & 3].fetch_add(
            1, std::memory_order_relaxed
        );
        if (host) {
            tally.latencies.add(took);
            client.report(load.modid, load.cmdid, *host, 0);
        } else {
            // An absent agent is known at once: asking without a pause would only burn CPU.
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
    }
}

void print_progress(std::uint32_t second, const Totals& now, const Totals& before, bool as_json) {
    std::fprintf(
        as_json ? stderr : stdout,
        "%us: %llu/s, p99 %.1f us, %llu errors\n",
        second,
        static_cast<unsigned long long>(now.of(Code::succ) - before.of(Code::succ)),
        (now.latencies - before.latencies).quantile_us(0.99),
        static_cast<unsigned long long>(now.errors() - before.errors())
    );
    std::fflush(stdout);
}

void print_json(const Totals& totals, double seconds) {
    const boost::json::object object{
        {"qps", double(totals.of(Code::succ)) / seconds},
        {"errors", totals.errors()},
        {"succ", totals.of(Code::succ)},
        {"overload", totals.of(Code::overload)},
        {"system_error", totals.of(Code::system_error)},
        {"noexist", totals.of(Code::noexist)},
        {"p50_us", totals.latencies.quantile_us(0.5)},
        {"p99_us", totals.latencies.quantile_us(0.99)},
        {"p999_us", totals.latencies.quantile_us(0.999)},
        {"max_us", totals.latencies.quantile_us(1)},
    };
    std::cout << boost::json::serialize(object) << '\n';
}

void print_text(const Totals& totals, double seconds) {
    std::printf(
        "%.0f get_host + report per second; latency of get_host p50 %.1f us, p99 %.1f us, p99.9 "
        "%.1f us, max %.1f us\n"
        "SUCC %llu; errors %llu: OVERLOAD %llu, SYSTEM_ERROR %llu, NOEXIST %llu\n",
        double(totals.of(Code::succ)) / seconds,
        totals.latencies.quantile_us(0.5),
        totals.latencies.quantile_us(0.99),
        totals.latencies.quantile_us(0.999),
        totals.latencies.quantile_us(1),
        static_cast<unsigned long long>(totals.of(Code::succ)),
        static_cast<unsigned long long>(totals.errors()),
        static_cast<unsigned long long>(totals.of(Code::overload)),
        static_cast<unsigned long long>(totals.of(Code::system_error)),
        static_cast<unsigned long long>(totals.of(Code::noexist))
    );
}

}  // namespace

int qps(const Words& words) {
    ClientOptions options;
    Load load;
    Arguments arguments(
        "qps",
        "[NAME|MODID CMDID]",
        "Calls get_host and report in a loop from several threads, and prints how many and how "
        "fast."
    );
    add_client_flags(arguments, options);
    arguments.flags()("threads", number(load.threads, {1, 1024}), "threads [1]")(
        "seconds", number(load.seconds, {1, 86'400}), "how long [10]"
    )("modid", id(load.modid), "[1]"
    )("cmdid", id(load.cmdid), "[1]")("json", "print a JSON object at the end");
    if (!arguments.parse_module(words, 0, 0, Arguments::Presence::optional)) return 0;
    const bool as_json = arguments.given("json");
    auto client = make_client(options);
    if (const auto& word = arguments.module_word()) {
        const auto module = find_module(client, options, *word);
        load.modid = module.modid;
        load.cmdid = module.cmdid;
    }
    const auto known = client.reg_init(load.modid, load.cmdid);
    if (known != Code::succ) {
        const ModuleId module{load.modid, load.cmdid};
        std::cerr << "lars qps: module " << to_string(module) << ": " << explain(known, options)
                  << '\n';
    }

    const Interrupt interrupt;
    std::atomic<bool> stop{false};
    std::vector<Tally> tallies(load.threads);
    const auto begin = Clock::now();
    {
        std::vector<std::jthread> threads;
        for (auto& tally : tallies) {
            threads.emplace_back([&] { call(client, load, stop, tally); });
        }
        Totals before(tallies);
        for (std::uint32_t second = 1; second <= load.seconds && !interrupt; ++second) {
            interrupt.wait_until(begin + std::chrono::seconds(second));
            const Totals now(tallies);
            print_progress(second, now, before, as_json);
            before = now;
        }
        stop = true;
    }
    const std::chrono::duration<double> took = Clock::now() - begin;
    const Totals totals(tallies);
    if (as_json) {
        print_json(totals, took.count());
    } else {
        print_text(totals, took.count());
    }
    return totals.of(Code::succ) > 0 ? 0 : 1;
}

}  // namespace lars::cli

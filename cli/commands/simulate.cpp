#include "admin/table.hpp"
#include "cli/client_flags.hpp"
#include "cli/commands.hpp"
#include "cli/interrupt.hpp"

#include <iostream>
#include <map>
#include <random>
#include <thread>

namespace lars::cli {
namespace {

namespace po = boost::program_options;

struct Tally {
    std::size_t picks = 0;
    std::size_t failures = 0;
};

}  // namespace

int simulate(const Words& words) {
    ClientOptions options;
    double error_rate = 0;
    double rate = 0;
    std::uint32_t count = 1000;
    unsigned seed = std::random_device{}();
    Arguments arguments(
        "simulate",
        "MODID CMDID",
        "Asks for a host, pretends a call that fails at a rate, and reports it."
    );
    add_client_flags(arguments, options);
    arguments.flags()("error-rate", po::value<double>(&error_rate), "share of failing calls [0]")(
        "count", number(count, {1, UINT32_MAX}), "calls [1000]"
    )("rate", po::value<double>(&rate), "calls per second; 0: as fast as possible [0]"
    )("seed", po::value<unsigned>(&seed), "of the random failures");
    if (!arguments.parse(words, 2, 2)) return 0;
    if (!(error_rate >= 0 && error_rate <= 1)) throw UsageError("--error-rate is from 0 to 1");
    if (!(rate >= 0)) throw UsageError("--rate is 0 or more");
    auto client = make_client(options);
    const auto id = arguments.module();
    client.reg_init(id.modid, id.cmdid);

    std::mt19937 random(seed);
    std::bernoulli_distribution fails(error_rate);
    std::map<std::string, Tally> tallies;
    std::map<Code, std::size_t> unanswered;
    const auto begin = std::chrono::steady_clock::now();
    const Interrupt interrupt;
    for (std::uint32_t i = 0; i < count && !interrupt; ++i) {
        if (rate > 0) {
            const std::chrono::duration<double> due(static_cast<double>(i) / rate);
            std::this_thread::sleep_until(
                begin + std::chrono::duration_cast<std::chrono::nanoseconds>(due)
            );
        }
        const auto host = client.get_host(id.modid, id.cmdid);
        if (!host) {
            ++unanswered[host.code()];
            continue;
        }
        const bool failed = fails(random);
        auto& tally = tallies[host->address + ':' + std::to_string(host->port)];
        ++tally.picks;
        tally.failures += failed;
        client.report(id.modid, id.cmdid, *host, failed ? 1 : 0);
    }
    std::vector<std::vector<std::string>> table{{"ENDPOINT", "PICKS", "FAILURES"}};
    for (const auto& [endpoint, tally] : tallies) {
        table.push_back({endpoint, std::to_string(tally.picks), std::to_string(tally.failures)});
    }
    std::cout << admin::format_table(table);
    for (const auto& [code, times] : unanswered) {
        std::cout << to_string(code) << ": " << times << '\n';
    }
    return tallies.empty() ? 1 : 0;
}

}  // namespace lars::cli

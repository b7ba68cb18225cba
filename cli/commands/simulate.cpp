#include "admin/table.hpp"
#include "cli/client_flags.hpp"
#include "cli/commands.hpp"
#include "cli/interrupt.hpp"

#include <iostream>
#include <map>
#include <random>

namespace lars::cli {
namespace {

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
    std::uint32_t seed = std::random_device{}();
    Arguments arguments(
        "simulate",
        "NAME|MODID CMDID",
        "Asks for a host, pretends a call that fails at a rate, and reports it."
    );
    add_client_flags(arguments, options);
    arguments.flags()("error-rate", real(error_rate, {0, 1}), "share of failing calls [0]")(
        "count", number(count, {1, UINT32_MAX}), "calls [1000]"
    )("rate", real(rate, {0, 1'000'000}), "calls per second; 0: as fast as possible [0]"
    )("seed", number(seed, {0, UINT32_MAX}), "of the random failures");
    if (!arguments.parse_module(words, 0, 0)) return 0;
    auto client = make_client(options);
    const auto id = find_module(client, options, *arguments.module_word());
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
            interrupt.wait_until(begin + std::chrono::duration_cast<std::chrono::nanoseconds>(due));
            if (interrupt) break;
        }
        const auto host = client.get_host(id.modid, id.cmdid);
        if (!host) {
            ++unanswered[host.code()];
            continue;
        }
        const bool failed = fails(random);
        auto& tally = tallies[to_string(*host)];
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
        std::cout << times << " times " << explain(code, options) << '\n';
    }
    return tallies.empty() ? 1 : 0;
}

}  // namespace lars::cli

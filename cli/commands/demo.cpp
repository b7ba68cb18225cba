#include "admin/table.hpp"
#include "cli/client_flags.hpp"
#include "cli/commands.hpp"
#include "cli/demo_targets.hpp"
#include "cli/interrupt.hpp"
#include "cli/log_events.hpp"
#include "cli/saboteur.hpp"
#include "cli/store_access.hpp"
#include "store/call_status.hpp"
#include "store/route_edits.hpp"

#include <unistd.h>

#include <iostream>
#include <iterator>
#include <map>
#include <mutex>
#include <optional>
#include <thread>

namespace lars::cli {
namespace {

using Clock = std::chrono::steady_clock;

struct Settings {
    ClientOptions client;
    std::string store;
    std::string events;         // log of the agent
    std::uint32_t seconds = 0;  // 0: until a signal
    std::uint32_t rounds = 0;   // 0: any number
};

void add_routes(const store::Url& store, const Targets& targets) {
    std::vector<store::RouteRow> rows;
    for (const auto& [endpoint, target] : targets) rows.push_back({target.module, endpoint});
    run_on_store<store::PutCount>(store, [&rows](store::Database& each) {
        return store::RouteEdits(each).put(rows);
    });
}

using States = std::map<Endpoint, bool>;

/// Reads which endpoints are held for broken, as the agent has last told the reporter.
void refresh(States& states, const store::Url& store) {
    using Rows = std::vector<store::StatusRow>;
    try {
        const auto rows = run_on_store<Rows>(store, [](store::Database& each) {
            return store::CallStatus(each).read({});
        });
        for (const auto& row : rows) states[row.endpoint] = row.overload;
    } catch (const Failure&) {  // a busy database: the next look shows it
    }
}

/// On a terminal the new table takes the place of the last one; what happened stands above it.
void print_table(
    const Targets& targets,
    const States& states,
    const std::vector<std::string>& events,
    bool replace
) {
    std::vector<std::vector<std::string>> table{
        {"MODULE", "ENDPOINT", "PICKS", "FAILURES", "STATE", ""}};
    std::map<ModuleId, std::vector<std::vector<std::string>>> by_module;
    for (const auto& [endpoint, target] : targets) {
        const auto state = states.find(endpoint);
        const bool known = state != states.end();
        by_module[target.module].push_back(
            {to_string(target.module),
             to_string(endpoint),
             std::to_string(target.picks),
             std::to_string(target.failures),
             known ? (state->second ? "broken" : "well") : "-",
             target.server->manner() == EchoServer::Manner::hangs_up ? "(fails on purpose just now)"
                                                                     : ""}
        );
    }
    for (const auto& [module, rows] : by_module)
        table.insert(table.end(), rows.begin(), rows.end());
    if (replace) std::cout << "\x1b[" << table.size() + 1 << "A\x1b[J";
    for (const auto& event : events) std::cout << event << '\n';
    std::cout << admin::format_table(table) << std::endl;
}

void append(std::vector<std::string>& all, std::vector<std::string> more) {
    std::move(more.begin(), more.end(), std::back_inserter(all));
}

void call_once(Client& client, ModuleId module, Targets& targets, std::mutex& mutex) {
    const auto host = client.get_host(module.modid, module.cmdid);
    if (!host) return;
    const auto begin = Clock::now();
    const bool good = call_echo(host->address, host->port);
    const auto took = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - begin);
    client.report(module.modid, module.cmdid, *host, good ? 0 : 1, took);
    const auto endpoint = parse_endpoint(host->address + ':' + std::to_string(host->port));
    const std::lock_guard lock(mutex);
    const auto target = targets.find(endpoint.value_or(Endpoint{}));
    if (target == targets.end()) return;  // a route that somebody added meanwhile
    ++target->second.picks;
    target->second.failures += !good;
}

}  // namespace

int demo(const Words& words) {
    Settings settings;
    Arguments arguments(
        "demo",
        "",
        "Starts little servers, adds them as modules 1/1, 2/1 and 3/1 to the store, and calls\n"
        "them through the agent. One of them breaks after two seconds, and is mended when it was\n"
        "ejected, again and again every half minute. scripts/demo starts all that this needs."
    );
    add_client_flags(arguments, settings.client);
    add_store_flag(arguments, settings.store);
    arguments.flags()(
        "seconds", number(settings.seconds, {0, UINT32_MAX}), "how long; 0: until Ctrl-C [0]"
    )("rounds",
      number(settings.rounds, {0, UINT32_MAX}),
      "end when the server was broken, ejected, mended and trusted so often; 0: don't [0]"
    )("events",
      boost::program_options::value<std::string>(&settings.events),
      "log of the agent: changes of endpoints' states in it are shown");
    if (!arguments.parse(words, 0, 0)) return 0;
    const auto store = store_url(settings.store);
    auto client = make_client(settings.client);
    LogEvents events(settings.events);
    auto targets = start_servers();
    Saboteur saboteur(targets);
    add_routes(store, targets);

    const Interrupt interrupt;
    const bool terminal = ::isatty(STDOUT_FILENO) == 1;
    const auto period = std::chrono::seconds(terminal ? 1 : 5);
    const auto begin = Clock::now();
    const auto ended = [&] {
        return interrupt || (settings.rounds > 0 && saboteur.rounds() >= settings.rounds) ||
               (settings.seconds > 0 &&
                Clock::now() >= begin + std::chrono::seconds(settings.seconds));
    };
    std::mutex mutex;
    std::vector<std::jthread> callers;
    for (const std::int32_t modid : {1, 2, 3}) {
        callers.emplace_back([&, modid](const std::stop_token& stop) {
            while (!stop.stop_requested()) {
                call_once(client, {modid, 1}, targets, mutex);
                std::this_thread::sleep_for(std::chrono::milliseconds(10));
            }
        });
    }
    std::vector<std::string> happened;
    States states;
    bool printed = false;
    auto next_look = begin;
    auto next_table = begin + std::chrono::seconds(1);
    while (!ended()) {
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
        const auto now = Clock::now();
        if (now >= next_look) {
            next_look = now + std::chrono::milliseconds(500);
            refresh(states, store);
        }
        const auto victim = states.find(saboteur.victim());
        const bool ejected = victim != states.end() && victim->second;
        const auto act = saboteur.act(now - begin, ejected);
        append(happened, events.drain());
        if (act) happened.push_back(*act);
        if (!act && now < next_table) continue;
        if (!act) next_table += period;
        const std::lock_guard lock(mutex);
        print_table(targets, states, happened, terminal && printed);
        happened.clear();
        printed = true;
    }
    callers.clear();
    append(happened, events.drain());
    refresh(states, store);
    print_table(targets, states, happened, false);
    std::size_t picks = 0;
    for (const auto& [endpoint, target] : targets) picks += target.picks;
    std::cout << picks << " calls made\n";
    return picks > 0 ? 0 : 1;
}

}  // namespace lars::cli

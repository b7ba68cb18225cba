#include "admin/alarm_condition.hpp"
#include "admin/alarm_text.hpp"
#include "cli/commands.hpp"
#include "cli/module_lookup.hpp"
#include "cli/store_access.hpp"
#include "store/alarms.hpp"

#include <iostream>
#include <stdexcept>

namespace lars::cli {
namespace {

namespace po = boost::program_options;
using store::AlarmKind;
using store::AlarmRule;

/// `read` throws std::invalid_argument with what is allowed.
template <class Read>
auto value_of(const std::string& flag, const std::string& text, const Read& read) {
    try {
        return read(text);
    } catch (const std::invalid_argument& allowed) {
        throw UsageError("--" + flag + " '" + text + "' is not " + allowed.what());
    }
}

struct Flags {
    std::string error_rate;
    std::string p99;
    std::string overloaded;
    std::string silent;
    std::string hold = "1m";
    std::uint32_t min_calls = AlarmRule().min_calls;
    std::string severity = "warning";
    std::string comment;
};

void add_flags(Arguments& arguments, Flags& flags) {
    arguments.flags(
    )("error-rate", po::value(&flags.error_rate), "the share of calls that fail is above this: 10%"
    )("p99",
      po::value(&flags.p99),
      "99 % of the calls don't keep to this time, from 1ms to 4s: 300ms")(
        "overloaded",
        po::value(&flags.overloaded),
        "callers keep away from more than this share of endpoints: 30%"
    )("silent", po::value(&flags.silent), "there are no calls for so long, from 1m to 24h: 5m")(
        "for", po::value(&flags.hold), "the condition holds for so long, 0s to 24h [1m]"
    )("min-calls",
      number(flags.min_calls, {1, 1'000'000'000}),
      "fewer calls say nothing; they are gathered for up to two minutes [10]")(
        "severity", po::value(&flags.severity), "label of the alerts [warning]"
    )("comment", po::value(&flags.comment), "a line for people");
}

/// One of the four conditions.
void set_condition(AlarmRule& rule, const Arguments& arguments, const Flags& flags) {
    int conditions = 0;
    for (const auto* flag : {"error-rate", "p99", "overloaded", "silent"}) {
        if (arguments.given(flag)) ++conditions;
    }
    if (conditions != 1) {
        throw UsageError("say one of --error-rate, --p99, --overloaded and --silent");
    }
    rule.hold = value_of("for", flags.hold, admin::parse_hold);
    if (arguments.given("error-rate")) {
        rule.kind = AlarmKind::error_rate;
        rule.threshold = value_of("error-rate", flags.error_rate, admin::parse_share);
    } else if (arguments.given("p99")) {
        rule.kind = AlarmKind::p99;
        rule.threshold = value_of("p99", flags.p99, admin::parse_latency);
    } else if (arguments.given("overloaded")) {
        rule.kind = AlarmKind::overloaded;
        rule.threshold = value_of("overloaded", flags.overloaded, admin::parse_share);
    } else {
        if (arguments.given("for")) throw UsageError("--silent says itself for how long");
        rule.kind = AlarmKind::silence;
        rule.hold = value_of("silent", flags.silent, admin::parse_hold);
    }
    const bool counts_calls = rule.kind == AlarmKind::error_rate || rule.kind == AlarmKind::p99;
    if (arguments.given("min-calls") && !counts_calls) {
        throw UsageError("--min-calls goes with --error-rate and --p99 only");
    }
}

}  // namespace

int alarm_add(const Words& words) {
    std::string store;
    Flags flags;
    Arguments arguments(
        "alarm add",
        "MODID CMDID | NAME | all",
        "Adds a rule: when the reporter is to raise an alarm about a module, or about each of "
        "all,\n"
        "and prints its id. It is looked at within seconds, without a restart."
    );
    add_store_flag(arguments, store);
    add_flags(arguments, flags);
    if (!arguments.parse_module(words, 0, 0)) return 0;
    AlarmRule rule{
        .min_calls = flags.min_calls, .severity = flags.severity, .comment = flags.comment};
    const auto& module = *arguments.module_word();
    const bool all = !module.id && module.name == "all";
    if (!all) rule.module = module.id.value_or(ModuleId());
    set_condition(rule, arguments, flags);
    if (const auto sensible = check(rule); !sensible) throw UsageError(sensible.error().message);
    const auto url = store_url(store);
    if (!all) rule.module = find_module(url, module);
    const auto id = run_on_store<std::uint32_t>(url, [&rule](store::Database& each) {
        return store::Alarms(each).add_rule(rule);
    });
    std::cout << "rule " << id << ": " << admin::condition_text(rule) << '\n';
    return 0;
}

}  // namespace lars::cli

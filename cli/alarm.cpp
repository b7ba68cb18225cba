#include "cli/commands.hpp"
#include "cli/store_access.hpp"
#include "cli/table.hpp"
#include "reporter/alarms/alarm_text.hpp"

#include <boost/json.hpp>

#include <iostream>
#include <map>

namespace lars::cli {
namespace {

namespace json = boost::json;
namespace po = boost::program_options;
using namespace std::chrono_literals;
using store::AlarmKind;
using store::AlarmRule;

constexpr std::size_t kMaxNamed = 3;

using States = std::map<std::uint32_t, std::vector<store::AlarmState>>;

/// `read` throws std::invalid_argument with what is allowed.
template <class Read>
auto value_of(const std::string& flag, const std::string& text, const Read& read) {
    try {
        return read(text);
    } catch (const std::invalid_argument& allowed) {
        throw UsageError("--" + flag + " '" + text + "' is not " + allowed.what());
    }
}

double parse_share(const std::string& text) {
    try {
        if (!text.ends_with('%')) return app::parse_real(text, {0, 1});
        return app::parse_real({text.data(), text.size() - 1}, {0, 100}) / 100;
    } catch (const std::invalid_argument&) {
        throw std::invalid_argument("a share such as 10% or 0.1");
    }
}

double parse_latency(const std::string& text) {
    return 1'000.0 * static_cast<double>(app::parse_duration(text, {1ms, 4s}, {}).count());
}

std::chrono::seconds parse_hold(const std::string& text) {
    const auto hold = app::parse_duration(text, {0ms, store::kLongestHold}, {});
    if (hold % 1s != 0ms) throw std::invalid_argument("whole seconds");
    return std::chrono::floor<std::chrono::seconds>(hold);
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
    rule.hold = value_of("for", flags.hold, parse_hold);
    if (arguments.given("error-rate")) {
        rule.kind = AlarmKind::error_rate;
        rule.threshold = value_of("error-rate", flags.error_rate, parse_share);
    } else if (arguments.given("p99")) {
        rule.kind = AlarmKind::p99;
        rule.threshold = value_of("p99", flags.p99, parse_latency);
    } else if (arguments.given("overloaded")) {
        rule.kind = AlarmKind::overloaded;
        rule.threshold = value_of("overloaded", flags.overloaded, parse_share);
    } else {
        if (arguments.given("for")) throw UsageError("--silent says itself for how long");
        rule.kind = AlarmKind::silence;
        rule.hold = value_of("silent", flags.silent, parse_hold);
    }
    const bool counts_calls = rule.kind == AlarmKind::error_rate || rule.kind == AlarmKind::p99;
    if (arguments.given("min-calls") && !counts_calls) {
        throw UsageError("--min-calls goes with --error-rate and --p99 only");
    }
}

const char* name_of(const store::AlarmState& state) {
    return state.firing ? "firing" : "pending";
}

// Those that fire first; many aren't all named.
std::string state_text(const std::vector<store::AlarmState>& states) {
    std::string text;
    for (const bool firing : {true, false}) {
        std::size_t count = 0;
        for (const auto& state : states) {
            if (state.firing != firing || ++count > kMaxNamed) continue;
            const std::string before = text.empty() ? "" : ", ";
            text += count > 1 ? ", " : before + name_of(state) + " for ";
            text += to_string(state.key.module);
        }
        if (count > kMaxNamed) text += " and " + std::to_string(count - kMaxNamed) + " more";
    }
    return text.empty() ? "ok" : text;
}

void print_table(const std::vector<AlarmRule>& rules, States& states) {
    std::vector<std::vector<std::string>> table{
        {"ID", "MODULE", "CONDITION", "SEVERITY", "STATE", "COMMENT"}};
    for (const auto& rule : rules) {
        table.push_back(
            {std::to_string(rule.id),
             rule.module ? to_string(*rule.module) : "all",
             reporter::condition_text(rule),
             rule.severity,
             state_text(states[rule.id]),
             rule.comment}
        );
    }
    std::cout << format_table(table);
}

json::object rule_json(const AlarmRule& rule, const std::vector<store::AlarmState>& states) {
    json::array alarms;
    for (const auto& state : states) {
        alarms.push_back(
            {{"modid", state.key.module.modid},
             {"cmdid", state.key.module.cmdid},
             {"state", name_of(state)},
             {"since", state.since.time_since_epoch().count()}}
        );
    }
    json::object object{{"id", rule.id}, {"modid", nullptr}, {"cmdid", nullptr}};
    if (rule.module) {
        object["modid"] = rule.module->modid;
        object["cmdid"] = rule.module->cmdid;
    }
    object["kind"] = store::name_of(rule.kind);
    object["threshold"] = rule.threshold;
    object["for_s"] = rule.hold.count();
    object["min_calls"] = rule.min_calls;
    object["severity"] = rule.severity;
    object["comment"] = rule.comment;
    object["made_at"] = rule.made_at.time_since_epoch().count();
    object["alarms"] = std::move(alarms);
    return object;
}

void print_json(const std::vector<AlarmRule>& rules, States& states) {
    json::array all;
    for (const auto& rule : rules) all.push_back(rule_json(rule, states[rule.id]));
    std::cout << json::serialize(all) << '\n';
}

}  // namespace

int alarm_list(const Words& words) {
    std::string store;
    Arguments arguments(
        "alarm list",
        "",
        "Shows the rules of alarms, and for which modules each is pending (its condition holds, "
        "but\n"
        "not for long enough) or firing, as a reporter found last."
    );
    add_store_flag(arguments, store);
    arguments.flags()("json", "print a JSON array");
    if (!arguments.parse(words, 0, 0)) return 0;
    const auto url = store_url(store);
    const auto rules = run_on_store<store::AlarmRules>(url, [](store::Store& each) {
        return each.list_alarm_rules();
    });
    const auto all = run_on_store<std::vector<store::AlarmState>>(url, [](store::Store& each) {
        return each.read_alarm_states();
    });
    States states;
    for (const auto& state : all) states[state.key.rule].push_back(state);
    if (arguments.given("json")) {
        print_json(rules.rules, states);
    } else {
        print_table(rules.rules, states);
    }
    if (rules.unusable > 0) {
        std::cerr << "lars: " << rules.unusable
                  << " more rows of AlarmRule make no sense, and aren't used\n";
    }
    return 0;
}

int alarm_add(const Words& words) {
    std::string store;
    Flags flags;
    Arguments arguments(
        "alarm add",
        "MODID CMDID | all",
        "Adds a rule: when the reporter is to raise an alarm about a module, or about each of "
        "all,\n"
        "and prints its id. It is looked at within seconds, without a restart."
    );
    add_store_flag(arguments, store);
    add_flags(arguments, flags);
    if (!arguments.parse(words, 1, 2)) return 0;
    AlarmRule rule{
        .min_calls = flags.min_calls, .severity = flags.severity, .comment = flags.comment};
    if (arguments.words() != Words{"all"}) rule.module = arguments.module();
    set_condition(rule, arguments, flags);
    if (const auto sensible = check(rule); !sensible) throw UsageError(sensible.error().message);
    const auto id = run_on_store<std::uint32_t>(store_url(store), [&rule](store::Store& each) {
        return each.add_alarm_rule(rule);
    });
    std::cout << "rule " << id << ": " << reporter::condition_text(rule) << '\n';
    return 0;
}

int alarm_remove(const Words& words) {
    std::string store;
    Arguments arguments(
        "alarm remove", "ID...", "Removes rules; their alarms that fire are resolved."
    );
    add_store_flag(arguments, store);
    if (!arguments.parse(words, 1, kAnyNumber)) return 0;
    std::vector<std::uint32_t> ids;
    for (const auto& word : arguments.words()) {
        ids.push_back(static_cast<std::uint32_t>(parse_id(word, "ID")));
    }
    const auto url = store_url(store);
    std::size_t removed = 0;
    for (const auto id : ids) {
        removed += run_on_store<std::size_t>(url, [id](store::Store& each) {
            return each.remove_alarm_rule(id);
        });
    }
    std::cout << removed << " removed\n";
    return 0;
}

}  // namespace lars::cli

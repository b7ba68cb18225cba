#include "admin/alarm_list.hpp"

#include "admin/alarm_text.hpp"
#include "admin/table.hpp"

namespace lars::admin {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxNamed = 3;

// Those that fire first; many aren't all named.
std::string state_text(const std::vector<store::AlarmState>& states, const NamesById& names) {
    std::string text;
    for (const bool firing : {true, false}) {
        std::size_t count = 0;
        for (const auto& state : states) {
            if (state.firing != firing || ++count > kMaxNamed) continue;
            const std::string before = text.empty() ? "" : ", ";
            text += count > 1 ? ", " : before + name_of(state) + " for ";
            text += module_text(state.key.module, names);
        }
        if (count > kMaxNamed) text += " and " + std::to_string(count - kMaxNamed) + " more";
    }
    return text.empty() ? "ok" : text;
}

void add_name(json::object& object, ModuleId module, const NamesById& names) {
    const auto& name = name_of(module, names);
    if (!name.empty()) object["name"] = name;
}

json::object rule_json(
    const store::AlarmRule& rule,
    const std::vector<store::AlarmState>& states,
    const NamesById& names
) {
    json::array alarms;
    for (const auto& state : states) {
        json::object alarm{
            {"modid", state.key.module.modid},
            {"cmdid", state.key.module.cmdid},
            {"state", name_of(state)},
            {"since", state.since.time_since_epoch().count()}};
        add_name(alarm, state.key.module, names);
        alarms.push_back(std::move(alarm));
    }
    json::object object{{"id", rule.id}, {"modid", nullptr}, {"cmdid", nullptr}};
    if (rule.module) {
        object["modid"] = rule.module->modid;
        object["cmdid"] = rule.module->cmdid;
        add_name(object, *rule.module, names);
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

}  // namespace

std::string format_alarms(
    const std::vector<store::AlarmRule>& rules, const AlarmStates& states, const NamesById& names
) {
    std::vector<std::vector<std::string>> table{
        {"ID", "MODULE", "CONDITION", "SEVERITY", "STATE", "COMMENT"}};
    for (const auto& rule : rules) {
        table.push_back(
            {std::to_string(rule.id),
             rule.module ? module_text(*rule.module, names) : "all",
             condition_text(rule),
             rule.severity,
             state_text(states_of(rule, states), names),
             rule.comment}
        );
    }
    return format_table(table);
}

json::array alarms_json(
    const std::vector<store::AlarmRule>& rules, const AlarmStates& states, const NamesById& names
) {
    json::array all;
    for (const auto& rule : rules) all.push_back(rule_json(rule, states_of(rule, states), names));
    return all;
}

}  // namespace lars::admin

#include "store/alarm_rule.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace lars::store {
namespace {

constexpr std::array<std::pair<AlarmKind, std::string_view>, 4> kKinds{{
    {AlarmKind::error_rate, "error_rate"},
    {AlarmKind::p99, "p99"},
    {AlarmKind::overloaded, "overloaded"},
    {AlarmKind::silence, "silence"},
}};

bool is_label(const std::string& text) {
    return !text.empty() && text.size() <= kMaxSeverity &&
           std::all_of(text.begin(), text.end(), [](unsigned char c) {
               return std::isalnum(c) != 0 || c == '_' || c == '-';
           });
}

bool is_line(const std::string& text) {
    return text.size() <= kMaxComment && std::none_of(text.begin(), text.end(), [](char c) {
               return static_cast<unsigned char>(c) < ' ';
           });
}

bool makes_sense(AlarmKind kind, double threshold) {
    if (kind == AlarmKind::silence) return threshold == 0;
    const bool latency = kind == AlarmKind::p99;
    return threshold >= 0 && (latency ? threshold <= kMaxP99Us : threshold < 1);
}

}  // namespace

std::string_view name_of(AlarmKind kind) {
    return kKinds.at(static_cast<std::size_t>(kind)).second;
}

std::optional<AlarmKind> parse_alarm_kind(std::string_view name) {
    for (const auto& [kind, its_name] : kKinds) {
        if (name == its_name) return kind;
    }
    return {};
}

Result<void> check(const AlarmRule& rule) {
    const auto refuse = [](const std::string& why) { return Error{ErrorKind::invalid, why}; };
    if (rule.module && !rule.module->valid()) {
        return refuse("module " + to_string(*rule.module) + ": negative id");
    }
    if (!makes_sense(rule.kind, rule.threshold)) {
        return refuse("a share is from 0 to below 1, a latency from 0 to 4 s, silence has none");
    }
    if (rule.hold < std::chrono::seconds(0) || rule.hold > kLongestHold) {
        return refuse("how long a condition must hold is from 0 s to 24 h");
    }
    if (rule.kind == AlarmKind::silence && rule.hold < std::chrono::minutes(1)) {
        return refuse("silence is at least a minute: the history has no finer grain");
    }
    if (!is_label(rule.severity)) {
        return refuse("a severity is 1 to 32 letters, digits, '_' or '-'");
    }
    if (!is_line(rule.comment)) return refuse("a comment is one line of at most 200 bytes");
    return {};
}

}  // namespace lars::store

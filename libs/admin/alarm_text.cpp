#include "admin/alarm_text.hpp"

#include "app/value.hpp"

#include <sstream>

namespace lars::admin {
namespace {

using store::AlarmKind;

std::string digits(double value) {
    std::ostringstream out;
    out.precision(4);
    out << value;
    return out.str();
}

std::string latency_text(double us) {
    if (us >= 1e6) return digits(us / 1e6) + 's';
    return us >= 1e3 ? digits(us / 1e3) + "ms" : digits(us) + "us";
}

}  // namespace

std::string alert_name(AlarmKind kind) {
    switch (kind) {
        case AlarmKind::error_rate:
            return "LarsErrorRate";
        case AlarmKind::p99:
            return "LarsP99";
        case AlarmKind::overloaded:
            return "LarsOverloaded";
        case AlarmKind::silence:
            return "LarsSilence";
    }
    return {};
}

std::string value_text(AlarmKind kind, double value) {
    if (kind == AlarmKind::p99) return latency_text(value);
    return kind == AlarmKind::silence ? digits(value) + 's' : digits(100 * value) + '%';
}

std::string condition_text(const store::AlarmRule& rule) {
    const auto hold = rule.hold.count() == 0 ? "0s" : app::format_duration(rule.hold);
    if (rule.kind == AlarmKind::silence) return "no calls for " + hold;
    const char* what = "error rate";
    if (rule.kind == AlarmKind::p99) what = "p99";
    if (rule.kind == AlarmKind::overloaded) what = "overloaded share";
    return std::string(what) + " above " + value_text(rule.kind, rule.threshold) + " for " + hold;
}

}  // namespace lars::admin

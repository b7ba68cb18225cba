#include "admin/alarm_condition.hpp"

#include "app/value.hpp"
#include "store/alarm_rule.hpp"

#include <stdexcept>

namespace lars::admin {

using namespace std::chrono_literals;

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

}  // namespace lars::admin

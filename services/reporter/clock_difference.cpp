#include "reporter/clock_difference.hpp"

namespace lars::reporter {

bool ClockDifference::note(Length ahead) {
    // One that is about as large as the tolerance shall not come and go.
    const auto small = said_.count() == 0 ? tolerance_ : tolerance_ / 2;
    value_ = std::chrono::abs(ahead) < small ? Length(0) : ahead;
    const bool over = value_.count() == 0 && said_.count() != 0;
    const bool changed = over || std::chrono::abs(value_ - said_) >= tolerance_;
    if (changed) said_ = value_;
    return changed;
}

std::string clock_words(ClockDifference::Length ahead) {
    if (ahead.count() == 0) return "as the database's again";
    const auto seconds = std::chrono::round<std::chrono::seconds>(std::chrono::abs(ahead)).count();
    return std::to_string(seconds) + (ahead.count() > 0 ? " s ahead of" : " s behind") +
           " the database's";
}

}  // namespace lars::reporter

#include "app/repeat_filter.hpp"

#include <algorithm>
#include <functional>
#include <utility>

namespace lars::app {

bool RepeatFilter::admits(std::string_view text, Time now) {
    const auto hash = std::hash<std::string_view>{}(text);
    const auto same = [&](const Entry& entry) {
        return entry.hash == hash && entry.size == text.size();
    };
    const auto found = std::find_if(entries_.begin(), entries_.end(), same);
    const bool over = found != entries_.end() && now - found->begun >= options_.window;
    if (found == entries_.end() || (over && found->cut == 0)) {
        if (over) entries_.erase(found);
        remember(text, hash, now);
        return true;
    }
    // Even when its window is over, until drain() has said how many were cut.
    if (found->written == options_.max_times) {
        ++found->cut;
        return false;
    }
    ++found->written;
    return true;
}

void RepeatFilter::remember(std::string_view text, std::size_t hash, Time now) {
    if (entries_.size() == options_.max_texts) {
        const auto uncut = [](const Entry& entry) { return entry.cut == 0; };
        const auto oldest = std::find_if(entries_.begin(), entries_.end(), uncut);
        if (oldest == entries_.end()) return;
        entries_.erase(oldest);
    }
    entries_.push_back({hash, text.size(), std::string(text.substr(0, kShown)), now, 1, 0});
}

std::optional<RepeatFilter::Time> RepeatFilter::next_due() const {
    for (const auto& entry : entries_) {
        if (entry.cut > 0) return entry.begun + options_.window;
    }
    return {};
}

std::vector<RepeatFilter::Cut> RepeatFilter::drain(Time now) {
    std::vector<Cut> cuts;
    const auto over = [&](Entry& entry) {
        if (entry.cut == 0 || now - entry.begun < options_.window) return false;
        cuts.push_back({std::move(entry.shown), entry.cut});
        return true;
    };
    std::erase_if(entries_, over);
    return cuts;
}

std::vector<RepeatFilter::Cut> RepeatFilter::drain_all() {
    std::vector<Cut> cuts;
    for (auto& entry : entries_) {
        if (entry.cut > 0) cuts.push_back({std::move(entry.shown), entry.cut});
    }
    entries_.clear();
    return cuts;
}

}  // namespace lars::app

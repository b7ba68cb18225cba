#include "reporter/alarms/alarm_evaluator.hpp"

#include <algorithm>

namespace lars::reporter {
namespace {

using namespace std::chrono_literals;
using store::AlarmKind;

// Of two readings that are further apart, the calls between them aren't known: the history is read
// only some minutes back.
constexpr auto kLongestGap = 60s;
// How long, after a gap, agents and reporters have to deliver what they counted meanwhile.
constexpr auto kSettling = 60s;
// Calls that are still too few after this time are forgotten, and their alarm ends.
constexpr auto kLongestUnjudged = 120s;
// Minutes of one module that a reading has at most.
constexpr std::size_t kMinutes = 10;

bool is_silence(const store::AlarmRule& rule) {
    return rule.kind == AlarmKind::silence;
}

std::uint64_t countable(const store::AlarmRule& rule, const CallSums& sums) {
    return rule.kind == AlarmKind::p99 ? sums.timed() : sums.calls();
}

double value_of(const store::AlarmRule& rule, const CallSums& sums) {
    if (rule.kind == AlarmKind::p99) return sums.quantile_us(0.99).value_or(0);
    return static_cast<double>(sums.failures) / static_cast<double>(sums.calls());
}

}  // namespace

void AlarmEvaluator::take_over(const std::vector<store::AlarmState>& states) {
    for (const auto& state : states) {
        saved_[state.key] = state;
        alarms_[state.key] = {.since = state.since, .firing = state.firing};
    }
}

bool AlarmEvaluator::wants_last_calls(const std::vector<store::AlarmRule>& rules) const {
    return !knows_last_calls_ && std::any_of(rules.begin(), rules.end(), is_silence);
}

AlarmNews AlarmEvaluator::evaluate(AlarmReading reading) {
    now_ = reading.at;
    news_ = {};
    const bool follows = last_at_ && now_ > *last_at_ && now_ - *last_at_ <= kLongestGap;
    if (!follows) {
        watching_since_ = now_;
        unjudged_.clear();
        forget_future();
    }
    const auto calls = calls_since_last(reading);
    learn_last_calls(reading);
    if (follows) note_calls(calls);
    drop_orphans(std::move(reading.rules));
    for (const auto& [id, rule] : rules_) {
        if (is_silence(rule)) {
            judge_silence(rule);
        } else if (rule.kind == AlarmKind::overloaded) {
            judge_overload(rule, reading.overloads);
        } else if (follows) {
            judge_calls(rule, calls, *last_at_);
        }
    }
    last_at_ = now_;
    if (rules_.empty()) last_at_.reset();  // nobody reads the calls then
    return std::move(news_);
}

// A minute's sums only rise, so that the difference of two readings is what was called between
// them.
AlarmEvaluator::CallsByModule AlarmEvaluator::calls_since_last(const AlarmReading& reading) {
    const auto before = std::exchange(last_reading_, {});
    CallsByModule calls;
    for (const auto& row : reading.calls) {
        if (last_reading_.size() >= kMinutes * options_.max_modules) {
            ++refused_;
            continue;
        }
        const std::pair key(row.module, row.start);
        last_reading_[key] = row.sums;
        const auto found = before.find(key);
        const auto more = found == before.end() ? row.sums : row.sums.since(found->second);
        if (more.calls() > 0) calls[row.module] += more;
    }
    return calls;
}

// The history of a silent module may have newer minutes without calls, in which callers only kept
// away from its endpoints: so the begin of its alarm counts too.
void AlarmEvaluator::learn_last_calls(const AlarmReading& reading) {
    const bool wanted = std::any_of(reading.rules.begin(), reading.rules.end(), is_silence);
    knows_last_calls_ = wanted && (knows_last_calls_ || reading.last_calls);
    if (!wanted) last_calls_.clear();
    if (!wanted || !reading.last_calls) return;
    for (const auto& last : *reading.last_calls) {
        const AlarmTime end = last.minute + store::length_of(store::HistoryLevel::minute);
        note_call(last.module, std::min(end, now_));
    }
    for (const auto& rule : reading.rules) {
        if (!is_silence(rule)) continue;
        for (const auto& [key, alarm] : alarms_) {
            if (key.rule == rule.id) note_call(key.module, alarm.since);
        }
    }
}

void AlarmEvaluator::note_calls(const CallsByModule& calls) {
    if (!knows_last_calls_) return;
    for (const auto& [module, sums] : calls) note_call(module, now_);
    const auto forgotten = [this](const auto& last) {
        return now_ - last.second > options_.remember;
    };
    std::erase_if(last_calls_, forgotten);
}

void AlarmEvaluator::note_call(ModuleId module, AlarmTime when) {
    if (last_calls_.size() < options_.max_modules || last_calls_.contains(module)) {
        last_calls_[module] = when;
    } else {
        ++refused_;
    }
}

// What began, or was called last, after now did so by a clock that was set back since, or by that
// of a reporter of an earlier version. Else it would last until that moment comes again.
void AlarmEvaluator::forget_future() {
    for (auto& [key, alarm] : alarms_) alarm.since = std::min(alarm.since, now_);
    for (auto& [module, last] : last_calls_) last = std::min(last, now_);
}

// Ends alarms whose rule is gone, or applies to their module no longer.
void AlarmEvaluator::drop_orphans(std::vector<store::AlarmRule> rules) {
    const auto before = std::exchange(rules_, {});
    for (auto& rule : rules) rules_.emplace(rule.id, std::move(rule));
    const auto is_orphan = [this](const store::AlarmKey& key) {
        const auto rule = rules_.find(key.rule);
        return rule == rules_.end() || !rule->second.applies_to(key.module);
    };
    std::erase_if(unjudged_, [&](const auto& entry) { return is_orphan(entry.first); });
    std::vector<store::AlarmKey> orphans;
    for (const auto& [key, alarm] : alarms_) {
        if (is_orphan(key)) orphans.push_back(key);
    }
    for (const auto& key : orphans) {
        const auto rule = before.find(key.rule);
        if (rule != before.end()) release(rule->second, key.module);
        alarms_.erase(key);  // its rule was removed before this evaluator began
    }
}

std::set<ModuleId> AlarmEvaluator::modules_of(const store::AlarmRule& rule) const {
    std::set<ModuleId> modules;
    const store::AlarmKey first{rule.id, {INT32_MIN, INT32_MIN}};
    for (auto it = alarms_.lower_bound(first); it != alarms_.end(); ++it) {
        if (it->first.rule != rule.id) break;
        modules.insert(it->first.module);
    }
    for (auto it = unjudged_.lower_bound(first); it != unjudged_.end(); ++it) {
        if (it->first.rule != rule.id) break;
        modules.insert(it->first.module);
    }
    return modules;
}

void AlarmEvaluator::judge_calls(
    const store::AlarmRule& rule, const CallsByModule& calls, AlarmTime from
) {
    auto modules = modules_of(rule);
    for (const auto& [module, sums] : calls) {
        if (rule.applies_to(module)) modules.insert(module);
    }
    for (const auto module : modules) {
        const store::AlarmKey key{rule.id, module};
        const auto waiting = unjudged_.find(key);
        auto judged = waiting == unjudged_.end() ? Unjudged{{}, from} : waiting->second;
        if (const auto found = calls.find(module); found != calls.end()) {
            judged.sums += found->second;
        }
        if (countable(rule, judged.sums) >= std::max(rule.min_calls, 1U)) {
            unjudged_.erase(key);
            const auto value = value_of(rule, judged.sums);
            if (value > rule.threshold) {
                hold(rule, module, value, judged.since);
            } else {
                release(rule, module, value);
            }
        } else if (now_ - judged.since >= kLongestUnjudged) {
            unjudged_.erase(key);
            release(rule, module);
        } else if (waiting != unjudged_.end() || unjudged_.size() < options_.max_modules) {
            unjudged_[key] = judged;
        } else {
            ++refused_;
        }
    }
}

void AlarmEvaluator::judge_overload(
    const store::AlarmRule& rule, const std::vector<store::OverloadCount>& counts
) {
    auto without_rows = modules_of(rule);
    for (const auto& count : counts) {
        if (!rule.applies_to(count.module) || count.rows == 0) continue;
        without_rows.erase(count.module);
        const auto share = static_cast<double>(count.overloaded) / static_cast<double>(count.rows);
        if (share > rule.threshold) {
            hold(rule, count.module, share, now_);
        } else {
            release(rule, count.module, share);
        }
    }
    for (const auto module : without_rows) release(rule, module);
}

void AlarmEvaluator::judge_silence(const store::AlarmRule& rule) {
    if (!knows_last_calls_ || now_ - watching_since_ < kSettling) return;
    const auto judge = [&](ModuleId module, AlarmTime last) {
        const std::chrono::duration<double> silent = now_ - last;
        if (silent >= rule.hold) {
            hold(rule, module, silent.count(), last);
        } else {
            release(rule, module, silent.count());
        }
    };
    if (rule.module) {
        const auto last = last_calls_.find(*rule.module);
        judge(*rule.module, last == last_calls_.end() ? AlarmTime(rule.made_at) : last->second);
        return;
    }
    for (const auto& [module, last] : last_calls_) judge(module, last);
    for (const auto module : modules_of(rule)) {
        if (!last_calls_.contains(module)) release(rule, module);
    }
}

void AlarmEvaluator::hold(
    const store::AlarmRule& rule, ModuleId module, double value, AlarmTime since
) {
    const store::AlarmKey key{rule.id, module};
    if (!alarms_.contains(key) && alarms_.size() >= options_.max_alarms) {
        ++refused_;
        return;
    }
    auto& alarm = alarms_.try_emplace(key, Held{.since = since}).first->second;
    alarm.value = value;
    alarm.firing = alarm.firing || now_ - alarm.since >= rule.hold;
    if (alarm.firing && !std::exchange(alarm.reported, alarm.firing)) {
        news_.fired.push_back({rule, module, alarm.since, value});
    }
}

void AlarmEvaluator::release(
    const store::AlarmRule& rule, ModuleId module, std::optional<double> value
) {
    const auto found = alarms_.find({rule.id, module});
    if (found == alarms_.end()) return;
    const auto alarm = found->second;
    alarms_.erase(found);
    if (!alarm.firing) return;
    news_.resolved.push_back({rule, module, alarm.since, value.value_or(alarm.value)});
}

std::vector<Alarm> AlarmEvaluator::firing() const {
    std::vector<Alarm> all;
    for (const auto& [key, alarm] : alarms_) {
        if (alarm.reported)
            all.push_back({rules_.at(key.rule), key.module, alarm.since, alarm.value});
    }
    return all;
}

std::optional<AlarmTime> AlarmEvaluator::next_due() const {
    std::optional<AlarmTime> due;
    for (const auto& [key, alarm] : alarms_) {
        const auto rule = rules_.find(key.rule);
        if (alarm.firing || rule == rules_.end()) continue;
        const AlarmTime its = alarm.since + rule->second.hold;
        if (its > now_) due = std::min(due.value_or(its), its);
    }
    return due;
}

std::map<store::AlarmKey, store::AlarmState> AlarmEvaluator::states() const {
    std::map<store::AlarmKey, store::AlarmState> all;
    for (const auto& [key, alarm] : alarms_) {
        all[key] = {key, std::chrono::floor<std::chrono::seconds>(alarm.since), alarm.firing};
    }
    return all;
}

store::AlarmStateChanges AlarmEvaluator::unsaved() const {
    store::AlarmStateChanges changes;
    const auto now = states();
    for (const auto& [key, state] : now) {
        const auto before = saved_.find(key);
        if (before == saved_.end() || before->second != state) changes.set.push_back(state);
    }
    for (const auto& [key, state] : saved_) {
        if (!now.contains(key)) changes.removed.push_back(key);
    }
    return changes;
}

void AlarmEvaluator::note_saved() {
    saved_ = states();
}

}  // namespace lars::reporter

#pragma once

#include "base/call_sums.hpp"
#include "store/alarm_rule.hpp"
#include "store/call_history.hpp"
#include "store/call_status.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace lars::reporter {

/// A moment by the database's clock.
using AlarmTime = std::chrono::sys_time<std::chrono::milliseconds>;

/// What was read from the store at one moment.
struct AlarmReading {
    AlarmTime at{};
    std::vector<store::AlarmRule> rules;
    std::vector<store::CallRow> calls;  ///< of the last minutes, by module and minute
    std::vector<store::OverloadCount> overloads;
    std::optional<std::vector<store::LastCall>> last_calls;  ///< if they are wanted
};

/// A rule's condition that holds for a module.
struct Alarm {
    store::AlarmRule rule;
    ModuleId module;
    AlarmTime since{};
    double value = 0;       ///< in the unit of the rule's threshold; of silence, seconds
    std::string service{};  ///< what the module is called; empty: it has no name

    /// "payments (1/1)", or "1/1".
    std::string module_text() const {
        return service.empty() ? to_string(module) : service + " (" + to_string(module) + ")";
    }
    store::AlarmKey key() const { return {rule.id, module}; }
};

/// Alarms that began or stopped firing since the reading before.
struct AlarmNews {
    std::vector<Alarm> fired;
    std::vector<Alarm> resolved;
};

/// Judges the calls between each reading and the next. An alarm is pending while its condition
/// holds, and fires when that has lasted as long as its rule says. No I/O, no clock.
class AlarmEvaluator {
public:
    struct Options {
        std::size_t max_alarms = 5'000;    ///< further ones are counted
        std::size_t max_modules = 50'000;  ///< whose calls are remembered; further ones are counted
        /// A module that was called within this time may fall silent.
        std::chrono::seconds remember = std::chrono::days(2);
    };

    explicit AlarmEvaluator(const Options& options) : options_(options) {}

    /// Goes on from the states that another evaluator saved. Alarms that fired there are reported
    /// here again, or are resolved.
    void take_over(const std::vector<store::AlarmState>& states);
    /// Whether the next reading should say when modules were called last.
    bool wants_last_calls(const std::vector<store::AlarmRule>& rules) const;
    /// The first only serves to compare the second with; so does one whose time is before that of
    /// the one before, because the clock was set back.
    AlarmNews evaluate(AlarmReading reading);

    std::vector<Alarm> firing() const;
    /// When the next pending alarm would fire.
    std::optional<AlarmTime> next_due() const;
    /// Alarms and modules above the limits, counted at each evaluation.
    std::uint64_t refused() const { return refused_; }

    /// How the alarms differ from what was saved last.
    store::AlarmStateChanges unsaved() const;
    /// The states of unsaved() have been saved.
    void note_saved();

private:
    struct Held {
        AlarmTime since{};
        double value = 0;
        bool firing = false;
        bool reported = false;  ///< among what fired
    };
    using HeldAlarms = std::map<store::AlarmKey, Held>;
    /// Calls that are too few to judge by, gathered over several readings.
    struct Unjudged {
        CallSums sums;
        AlarmTime since{};
    };
    using CallsByModule = std::map<ModuleId, CallSums>;

    CallsByModule calls_since_last(const AlarmReading& reading);
    void learn_last_calls(const AlarmReading& reading);
    void note_calls(const CallsByModule& calls);
    void note_call(ModuleId module, AlarmTime when);
    void forget_future();
    void drop_orphans(std::vector<store::AlarmRule> rules);
    void judge_calls(const store::AlarmRule& rule, const CallsByModule& calls, AlarmTime from);
    void judge_overload(
        const store::AlarmRule& rule, const std::vector<store::OverloadCount>& counts
    );
    void judge_silence(const store::AlarmRule& rule);
    /// Modules with an alarm by this rule, or with calls that wait to be judged by it.
    std::set<ModuleId> modules_of(const store::AlarmRule& rule) const;
    void hold(const store::AlarmRule& rule, ModuleId module, double value, AlarmTime since);
    void release(const store::AlarmRule& rule, ModuleId module, std::optional<double> value = {});
    std::map<store::AlarmKey, store::AlarmState> states() const;

    Options options_;
    std::map<std::uint32_t, store::AlarmRule> rules_;
    std::map<std::pair<ModuleId, store::UnixTime>, CallSums> last_reading_;
    std::optional<AlarmTime> last_at_;
    AlarmTime watching_since_{};  // without a gap
    AlarmTime now_{};
    HeldAlarms alarms_;
    std::map<store::AlarmKey, Unjudged> unjudged_;
    std::map<ModuleId, AlarmTime> last_calls_;
    bool knows_last_calls_ = false;
    std::map<store::AlarmKey, store::AlarmState> saved_;
    std::uint64_t refused_ = 0;
    AlarmNews news_;
};

}  // namespace lars::reporter

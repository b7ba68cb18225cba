#pragma once

#include "agent/name_meaning.hpp"
#include "lb/time.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lars::agent {

/// The names that a shard's clients say, and what they stand for. A look-up allocates nothing
/// unless the name is new. No I/O and no clock; belongs to one thread.
class NameTable {
public:
    struct Limits {
        /// A name that nobody says is dropped after this time …
        std::chrono::milliseconds idle_timeout{3'600'000};
        /// … and one that stands for nothing, which is a negative answer remembered, after this.
        std::chrono::milliseconds unknown_timeout{5'000};
        std::size_t max_names = 250'000;
        /// Of them those that stand for nothing, or for what isn't known yet.
        std::size_t max_unknown = 10'000;
    };

    struct Name {
        std::string text;
        ModuleId module;
        bool known = false;     ///< it stands for `module`
        bool answered = false;  ///< dns has answered, and be it that there is no such name
        bool alias = false;
        lb::Time last{};           ///< when a client said it
        std::size_t position = 0;  ///< the table's
    };

    explicit NameTable(const Limits& limits) : limits_(limits) {}
    /// What is held above these stays until it is due.
    void set_limits(const Limits& limits) { limits_ = limits; }
    const Limits& limits() const { return limits_; }

    /// A name that a client says: a new one is to be asked for. Null when there are too many to
    /// hold another. Precondition: it may be a name.
    Name* use(std::string_view text, lb::Time now);
    /// Null when it isn't held.
    Name* find(std::string_view text) {
        const auto found = by_text_.find(text);
        return found == by_text_.end() ? nullptr : found->second;
    }
    /// What a name stands for; one that isn't held is, if it stands for something and there is
    /// room.
    void set(const NameUpdate& update, lb::Time now);

    /// Ceases to hold a name, without a word: whoever says it next asks again.
    void forget(std::string_view text);

    /// Drops what nobody says; each call looks at a part of the names. Names that stand for
    /// something stay while dns is out of reach.
    void advance(bool dns_reachable, lb::Time now);

    /// Names that are new since the last time.
    std::vector<std::string> drain_new() { return std::exchange(new_, {}); }
    bool has_new() const { return !new_.empty(); }
    /// Names dropped since the last time.
    std::vector<std::string> drain_dropped() { return std::exchange(dropped_, {}); }

    std::size_t size() const { return names_.size(); }
    /// Of them those that stand for nothing, or for what isn't known yet.
    std::size_t unknown() const { return unknown_; }

private:
    Name& add(std::string_view text, lb::Time now);
    void remove(std::size_t position);

    Limits limits_;
    std::vector<std::unique_ptr<Name>> names_;
    boost::unordered_flat_map<std::string_view, Name*, std::hash<std::string_view>> by_text_;
    std::size_t unknown_ = 0;
    std::size_t next_ = 0;  // where advance() goes on
    std::vector<std::string> new_;
    std::vector<std::string> dropped_;
};

}  // namespace lars::agent

#pragma once

#include "agent/name_meaning.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lars::agent {

/// What to ask dns about a name.
struct NamePull {
    std::string name;
    NameMeaning known;  ///< what is held; with a module, dns is told

    friend bool operator==(const NamePull&, const NamePull&) = default;
};

/// All names of the agent, which of its shards hold each, and what dns said of it: so dns is asked
/// once for a name, whichever shards' clients say it. No I/O and no clock; belongs to one thread.
class NameDirectory {
public:
    using Shards = std::vector<std::uint32_t>;

    explicit NameDirectory(std::size_t shards) : shards_(shards) {}

    /// A shard's client says a name. Answers what it stands for, if dns has said; else it is to be
    /// asked for.
    std::optional<NameUpdate> want(const std::string& name, std::size_t shard);
    /// What dns says. Answers which shards hold the name, first the one that holds the module: so
    /// it knows the name before another sends it the question. Empty when that is no news, isn't
    /// believed, or concerns nobody.
    Shards receive(const NameUpdate& update);
    /// Whether a shard holds the name, and this is what is believed of it.
    bool holds(const NameUpdate& update) const {
        const auto found = records_.find(update.name);
        return found != records_.end() && found->second.meaning == update.meaning;
    }
    /// A name from before the agent's start. Answers the shards that have to know it: the module's,
    /// and the one that is asked by clients who don't know the module.
    Shards restore(const NameUpdate& update);
    /// A shard holds the name no more. True when none does, and dns needn't say any more of it.
    bool leave(const std::string& name, std::size_t shard);

    /// Every name, since dns is another one or has forgotten.
    std::vector<NamePull> all() const;
    /// New names since the last time.
    std::vector<NamePull> drain_new();

    std::size_t size() const { return records_.size(); }

private:
    struct Record {
        NameMeaning meaning;
        bool answered = false;
        Shards shards;
    };

    static void add_shard(Record& record, std::size_t shard);

    std::size_t shards_;
    std::map<std::string, Record, std::less<>> records_;
    std::vector<NamePull> new_;
};

}  // namespace lars::agent

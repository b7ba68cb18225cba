#pragma once

#include "dns/hold_reason.hpp"
#include "dns/route_table.hpp"
#include "store/stored_route.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace lars::dns {

/// What a name stands for, as all contexts share it; never changed, only replaced.
struct PublishedName {
    std::string name;
    ModuleId module;
    std::string target;    ///< the name that it is an alias of; empty: it is none
    bool missing = false;  ///< it stands for nothing any more
    /// Where this is from while it is held: the store, and its version then. 0: from the store as
    /// it is now.
    std::uint64_t store_id = 0;
    std::uint64_t version = 0;
};
using NamePtr = std::shared_ptr<const PublishedName>;

/// A name that is served as it was, although the store says otherwise.
struct HeldNameLine {
    std::string name;
    ModuleId module;
    HoldReason reason = HoldReason::unexplained;
    std::size_t agents = 0;  ///< 0: all are told what it was; else so many aren't answered
};

/// All names that the store has reported, and what of that is to be believed. No I/O; belongs to
/// one thread.
///
/// The rules are those of RouteTable. A name that is new or stands for another module is believed
/// at once. One that stands for nothing any more is believed if the change log says that as many
/// names left its module, and if not too many go at once (Guard); otherwise it is *held*: it stands
/// for what it did until it comes back, or somebody confirms the table. When the store itself is
/// another than before, whatever differs in it is held.
///
/// load(), apply() and repair() return the names to publish.
class NameTable {
public:
    using Changed = std::vector<NamePtr>;
    using Evidence = RouteTable::Evidence;

    explicit NameTable(const Guard& guard = {}) : guard_(guard) {}

    /// All names, of a store at a position. The first time they are believed as they are.
    Changed load(
        std::vector<store::ModuleNames> names,
        const Evidence& evidence,
        std::uint64_t store_id,
        std::uint64_t version
    );
    /// Some modules' names as they are now, with what the log says of them. With a confirmation
    /// what is held ends.
    Changed apply(
        std::vector<store::ModuleNames> names, const Evidence& evidence, std::uint64_t version
    );
    /// All names, where the comparison has found that the log missed something.
    Changed repair(std::vector<store::ModuleNames> names, RouteTable::Trust trust);

    /// Of what the store last reported.
    const store::RowSum& sum() const { return sum_; }
    /// Names and aliases that stand for a module.
    std::size_t size() const { return served_.size(); }
    std::vector<HeldNameLine> held() const;
    std::size_t held_count() const { return held_.size(); }

private:
    struct Meaning {
        ModuleId module;
        std::string target;
        friend bool operator==(const Meaning&, const Meaning&) = default;
    };
    /// What modules claim a name: as theirs, and as an alias of theirs.
    struct Claims {
        std::optional<ModuleId> own;
        std::optional<Meaning> alias;
        bool empty() const { return !own && !alias; }
    };
    struct Served {
        Meaning meaning;
        std::optional<HoldReason> held;
        std::uint64_t store_id = 0;  // where it is from while it is held
        std::uint64_t version = 0;
    };
    enum class Verdict { believe, weigh, hold };

    using Removed = std::map<ModuleId, std::uint64_t>;

    Changed settle(std::vector<store::ModuleNames> reported, const Evidence& evidence);
    std::set<std::string> take_over(
        std::vector<store::ModuleNames> reported, const Evidence& evidence
    );
    void weigh(
        const std::map<ModuleId, std::vector<std::string>>& lost,
        const Removed& removed,
        const Evidence& evidence,
        std::size_t names_before,
        Changed& changed
    );
    void add_absent(std::vector<store::ModuleNames>& names) const;
    void renew_claims(store::ModuleNames now, std::set<std::string>& touched);
    void withdraw_claims(const store::ModuleNames& before, std::set<std::string>& touched);
    std::optional<Meaning> meaning_of(const std::string& name) const;
    Verdict judge(const Served& served, const std::optional<Meaning>& now, const Evidence& evidence)
        const;
    void believe(const std::string& name, const std::optional<Meaning>& now, Changed& changed);
    void hold(const std::string& name, HoldReason reason, Changed& changed);
    bool too_large(std::uint64_t lost, std::uint64_t of) const;
    static NamePtr published(const std::string& name, const Served& served);

    Guard guard_;
    std::map<ModuleId, store::ModuleNames> stored_;  // without modules that have no name
    std::map<std::string, Claims> claims_;
    std::map<std::string, Served> served_;
    std::set<std::string> held_;
    store::RowSum sum_;
    // Where names that are believed are from, and where those were that are held from now on.
    std::uint64_t store_id_ = 0;
    std::uint64_t version_ = 0;
    std::uint64_t store_id_before_ = 0;
    std::uint64_t version_before_ = 0;
};

}  // namespace lars::dns

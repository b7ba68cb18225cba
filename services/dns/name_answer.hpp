#pragma once

#include "dns/name_table.hpp"

#include <cstdint>
#include <optional>

namespace lars::dns {

/// What an agent says in a NameRequest that it holds.
struct BroughtName {
    bool known = false;  ///< it holds what follows
    ModuleId module;
    std::uint64_t store_id = 0;  ///< where it has that from; 0: not known
    std::uint64_t version = 0;   ///< of that store

    friend bool operator==(const BroughtName&, const BroughtName&) = default;
};

/// What is known when a NameRequest comes.
struct NameQuestion {
    BroughtName brought;
    const PublishedName* served = nullptr;  ///< null: the name stands for nothing
    /// The version at which the change log says for the last time that a name left the module that
    /// was brought; 0: it doesn't.
    std::uint64_t removed_at = 0;
};

/// Why an agent is left alone with what it holds, so that no store which is empty, new, older or
/// simply another one than before takes a name away; nothing: it is answered. The rules are those
/// of answer_to for routes.
std::optional<HoldReason> doubt_of(const NameQuestion& question, const StoreView& store);

}  // namespace lars::dns

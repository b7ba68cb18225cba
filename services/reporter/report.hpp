#pragma once

#include "store/call_rows.hpp"
#include "wire/identity.hpp"

#include <vector>

namespace lars::reporter {

/// What one agent reports: a batch of ours, or a snapshot of an original one.
struct Report {
    store::CallBatch batch;       ///< a snapshot's sequence is 0
    std::vector<bool> overloads;  ///< of each row, whether the caller keeps away from it
    std::uint32_t caller = 0;     ///< IPv4, host order
    std::uint32_t timestamp = 0;  ///< seconds since 1970, by the database's clock

    /// A snapshot is set, where a batch is added.
    bool snapshot() const { return batch.sequence == 0; }
    /// In rows.
    std::size_t size() const { return batch.rows.size(); }
};

}  // namespace lars::reporter

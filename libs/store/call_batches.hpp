#pragma once

#include "store/call_rows.hpp"
#include "store/engine/table.hpp"

#include <vector>

// What a transaction of call history adds, decided without a database.
namespace lars::store {

/// The last sequence of each instance, sorted, without rows.
std::vector<CallBatch> last_of_each(const std::vector<CallBatch>& batches);
/// Of each batch, whether it comes after what `progress` (instance, sequence) says was added
/// before. Of equal batches only the first does.
std::vector<bool> new_batches(const std::vector<CallBatch>& batches, const TextTable& progress);
/// The rows of the chosen batches, one for each key and minute, sorted.
std::vector<CallRow> merged_rows(
    const std::vector<CallBatch>& batches, const std::vector<bool>& chosen
);
/// The hours that the rows fall into, sorted.
std::vector<UnixTime> hours_of(const std::vector<CallRow>& rows);

}  // namespace lars::store

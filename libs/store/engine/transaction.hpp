#pragma once

#include "store/engine/job.hpp"
#include "store/engine/mode.hpp"

namespace lars::store {

/// Runs a job on an open connection as its mode says, and commits; or rolls back, and answers what
/// the job threw as Failure. When it ends in any other way, as when it is cancelled, the
/// connection is closed, because the state of its transaction isn't known.
Awaitable<Result<void>> run_in_transaction(Connection& connection, Mode mode, Job& job);

}  // namespace lars::store

#pragma once

#include "store/engine/mode.hpp"
#include "store/engine/result.hpp"

#include <chrono>
#include <cstddef>
#include <optional>

namespace lars::store {

/// Decides whether an operation that failed is tried again.
///
/// MariaDB asks for that after a deadlock or a lock wait, and Galera after a conflict between
/// nodes: nothing of the transaction is left. When the server was lost and there is another, a
/// write that may have been committed is made again all the same: twice is as good as once. A
/// server that is read-only has done nothing, so that whatever it refused may go to another.
class Retry {
public:
    /// `hosts`: how many servers there may be.
    Retry(Mode mode, std::size_t hosts) : mode_(mode), hosts_(hosts) {}

    /// How long to wait before the next attempt. None: the error is the answer.
    std::optional<std::chrono::milliseconds> after(const Error& error);

private:
    Mode mode_;
    std::size_t hosts_;
    int failed_ = 0;
};

}  // namespace lars::store

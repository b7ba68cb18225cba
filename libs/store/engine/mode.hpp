#pragma once

namespace lars::store {

/// How an operation's statements belong together, and whether it is tried again after a conflict
/// with others or the loss of one of several hosts.
enum class Mode {
    read,             ///< each statement by itself; once
    snapshot,         ///< all statements read the same moment; once
    write,            ///< all or nothing; again
    write_committed,  ///< the same, each statement reads what is committed and locks no gaps
    write_once,       ///< all or nothing; once, because done twice isn't as good as done once
    write_each,       ///< each statement by itself; again
    /// Changes tables: all or nothing where the database can do that; again. A SQLite file that
    /// isn't there is made, which no other mode does.
    schema,
};

constexpr bool writes(Mode mode) {
    return mode != Mode::read && mode != Mode::snapshot;
}

constexpr bool is_retried(Mode mode) {
    return mode != Mode::read && mode != Mode::snapshot && mode != Mode::write_once;
}

}  // namespace lars::store

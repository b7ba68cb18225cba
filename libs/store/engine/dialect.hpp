#pragma once

#include "store/engine/mode.hpp"
#include "store/engine/url.hpp"

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lars::store {

/// Where the SQL of the databases differs. A word in braces is replaced by fill().
struct Dialect {
    Url::Kind kind;
    std::string_view insert_ignore;  ///< INSERT that leaves out rows whose key is there
    std::string_view on_conflict;    ///< {key}: INSERT's clause that updates such rows instead
    std::string_view given;          ///< {column}: in that clause, the value that was inserted
    std::string_view least;          ///< the function that answers the smallest of its arguments
    std::string_view now_us;         ///< the database's clock, in microseconds since 1970
    std::string_view now_s;          ///< the same in seconds
    std::string_view user;           ///< who is connected
    std::string_view last_id;        ///< the id that this connection's last INSERT was given
    std::string_view ordered_join;   ///< of tables that are read in the order in which they stand
    std::string_view for_update;     ///< SELECT's clause that locks its rows for a writer
    std::string_view crc32;          ///< {values}: CRC-32 of the values with commas between
    std::string_view delete_some;    ///< {table}, {key}, {where}, {limit}
    std::string_view count_tables;   ///< {names}: how many tables of these names there are
    std::string_view count_triggers;
    std::string_view create_trigger;  ///< {name}, {event}, {table}, {body}
    /// Of one statement. Where each has a round trip, many; in process, one.
    std::size_t max_rows;
    /// What begins an operation; nothing: its statements commit themselves.
    std::vector<std::string> (*begin)(Mode mode);

    /// " ON CONFLICT…" that sets each column to `update` of it, or to the value that was inserted.
    std::string on_conflict_set(std::string_view key, const std::vector<std::string>& columns)
        const;
};

/// Replaces each {word}.
std::string fill(
    std::string_view text,
    std::initializer_list<std::pair<std::string_view, std::string_view>> words
);

/// "a, b, c"
std::string joined(const std::vector<std::string>& texts);
/// "(?, ?), (?, ?)"
std::string value_lists(std::size_t columns, std::size_t rows);
/// An INSERT of so many rows: key and columns. Rows whose key is there get the columns instead.
std::string upsert(
    const Dialect& dialect,
    std::string_view table,
    const std::vector<std::string>& key,
    const std::vector<std::string>& columns,
    std::size_t rows
);

}  // namespace lars::store

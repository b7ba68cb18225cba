#pragma once

#include "store/engine/database.hpp"
#include "store/route_row.hpp"

#include <functional>
#include <optional>
#include <vector>

namespace lars::store {

/// What became of rows that were put.
struct PutCount {
    std::size_t added = 0;
    std::size_t reweighted = 0;  ///< were there with another weight
};

struct Confirmation {
    std::uint64_t version = 0;
    std::uint64_t rows = 0;
};

/// Called with how many rows of an edit are done, maybe on another thread.
using Progress = std::function<void(std::size_t done)>;

/// RouteData as people edit it. Each edit is all or nothing.
class RouteEdits {
public:
    explicit RouteEdits(Database& database) : database_(database) {}

    /// Rows of one module, or of all, with their weights; sorted.
    Awaitable<Result<std::vector<RouteRow>>> list(std::optional<ModuleId> module);
    /// Adds rows, and gives those that are there already the weights that are said. Of rows that
    /// differ in their weights only, the last counts.
    Awaitable<Result<PutCount>> put(std::vector<RouteRow> rows, Progress progress = {});
    /// Answers how many rows have another weight than before. One that isn't there is an error.
    Awaitable<Result<std::size_t>> set_weights(std::vector<RouteRow> rows);
    /// With an audit entry: the removal is meant. Answers how many rows are gone; that one was
    /// gone already is no error.
    Awaitable<Result<std::size_t>> remove(std::vector<RouteRow> rows);
    /// Tells every dns that the table is right as it is.
    Awaitable<Result<Confirmation>> confirm();

private:
    Database& database_;
};

}  // namespace lars::store

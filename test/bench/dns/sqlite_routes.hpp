#pragma once

#include "store/engine/url.hpp"
#include "store/route_row.hpp"
#include "support/temp_dir.hpp"

#include <vector>

namespace lars::bench {

/// A store of routes in an SQLite file of its own.
class SqliteRoutes {
public:
    SqliteRoutes();

    store::Url url() const;
    void add(std::vector<store::RouteRow> rows);

private:
    test::TempDir directory_;
};

/// Modules 1/1 to count/1, each with that many endpoints.
std::vector<store::RouteRow> example_rows(int count, int endpoints);

}  // namespace lars::bench

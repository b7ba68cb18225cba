#pragma once

#include "editor.hpp"
#include "support/mariadb_server.hpp"

#include <cstdint>
#include <string>

namespace lars::bench {

/// A database with so many rows of RouteData, three for each module, and its one editor.
class SizedTable {
public:
    SizedTable(test::MariadbServer& server, const std::string& name, int rows);

    std::string url() const { return server_.url(name_); }
    const std::string& password() const { return server_.password(); }

    struct Change {
        int modid = 0;
        std::uint32_t marker = 0;
    };
    /// Commits a change of one of a few modules all over the table.
    Change change();
    /// Those that change, in turn.
    static constexpr int kChanging = 10;
    int changing(int turn) const { return 1 + turn % kChanging * (rows_ / 3 / kChanging); }

private:
    test::MariadbServer& server_;
    std::string name_;
    int rows_;
    Editor editor_;
    std::uint32_t last_ = 0;
};

}  // namespace lars::bench

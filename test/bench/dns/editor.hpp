#pragma once

#include <cstdint>
#include <memory>
#include <string>

struct st_mysql;

namespace lars::bench {

/// One who edits a MariaDB database on loopback: one connection, blocking, each statement a
/// transaction. Throws what the server says.
class Editor {
public:
    Editor(int port, const std::string& password, const std::string& database);

    void run(const std::string& sql);
    /// The one number that a query answers.
    std::uint64_t number(const std::string& sql);

private:
    struct Close {
        void operator()(st_mysql* handle) const;
    };
    std::unique_ptr<st_mysql, Close> handle_;
};

}  // namespace lars::bench

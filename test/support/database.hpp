#pragma once

#include "store/engine/url.hpp"
#include "support/mariadb_server.hpp"

#include <memory>
#include <string>

namespace lars::test {

/// A fresh database of one kind, and the shell that people use on it.
class Database {
public:
    virtual ~Database() = default;
    virtual store::Url url() = 0;
    virtual std::string sql(const std::string& text) = 0;
};

/// "sqlite" or "mariadb". The MariaDB server is started once for each test program.
std::unique_ptr<Database> make_database(const std::string& kind);
MariadbServer& shared_mariadb();

}  // namespace lars::test

#pragma once

#include "support/mariadbd.hpp"

#include <string>
#include <vector>

namespace lars::test {

/// A running mariadbd that has a database `lars_dns` and a user `lars` with a random password.
class MariadbServer : public Mariadbd {
public:
    explicit MariadbServer(std::vector<std::string> options = {}) : Mariadbd(std::move(options)) {
        install();
        start();
        password_ = create_lars_database();
    }

    std::string url(const std::string& database = "lars_dns") const {
        return "mysql://lars@127.0.0.1:" + std::to_string(port()) + '/' + database;
    }
    /// Another database that the user `lars` may use.
    void add_database(const std::string& name) {
        sql("CREATE DATABASE " + name + ";GRANT ALL ON " + name + ".* TO lars@127.0.0.1;");
    }
    const std::string& password() const { return password_; }

private:
    std::string password_;
};

}  // namespace lars::test

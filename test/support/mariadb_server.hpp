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

    std::string url() const {
        return "mysql://lars@127.0.0.1:" + std::to_string(port()) + "/lars_dns";
    }
    const std::string& password() const { return password_; }

private:
    std::string password_;
};

}  // namespace lars::test

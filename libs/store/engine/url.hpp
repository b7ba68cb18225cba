#pragma once

#include "store/engine/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace lars::store {

/// Where the database is: `sqlite:///path/lars.db` or
/// `mysql://user@host[:port][,host…]/database[?socket=/path]`. A password in the URL is an error:
/// it comes from LARS_STORE_PASSWORD, from the file that LARS_STORE_PASSWORD_FILE names, or from
/// the systemd credential `store-password`.
struct Url {
    enum class Kind { sqlite, mysql };
    struct Host {
        std::string name;
        std::uint16_t port = 3306;
    };

    Kind kind = Kind::sqlite;
    std::string path;  ///< SQLite's file, or MariaDB's socket if one is given
    std::string user;
    std::string password;       ///< filled in by resolve_password, never printed
    std::string password_file;  ///< where that found it, if it was a file
    std::vector<Host> hosts;
    std::string database;
};

Result<Url> parse_url(std::string_view text);
/// Takes the password from where the environment says. A variable that is empty says nothing.
Result<Url> resolve_password(Url url);
/// Reads the password's file again, if it came from one: it may have been changed since.
Result<void> reread_password(Url& url);
/// As it was written, without a password.
std::string to_string(const Url& url);

}  // namespace lars::store

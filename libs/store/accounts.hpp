#pragma once

#include "store/engine/database.hpp"
#include "store/roles.hpp"
#include "store/unix_time.hpp"

#include <boost/asio/thread_pool.hpp>

#include <optional>
#include <string>
#include <vector>

namespace lars::store {

struct Account {
    std::string name;
    Roles roles;
    UnixTime created_at;
};

/// Who may sign in, and with which password. Passwords are hashed one after another on a thread of
/// its own, so that no executor waits for it: who lets strangers try limits how many do at a time.
/// Outlives its operations.
class Accounts {
public:
    explicit Accounts(Database& database) : database_(database) {}

    /// ErrorKind::invalid, with what is wrong: the name is taken, or not 1 to 64 of a to z, 0 to 9
    /// and "._@-"; or the password is shorter than 12 characters.
    Awaitable<Result<void>> add(std::string name, std::string password, Roles roles);
    /// By name.
    Awaitable<Result<std::vector<Account>>> list();
    /// None: there is no such account, or it has another password; both take as long.
    Awaitable<Result<std::optional<Account>>> verify(std::string name, std::string password);
    /// Ends its sessions, too. ErrorKind::invalid if it isn't there.
    Awaitable<Result<void>> set_password(std::string name, std::string password);
    /// Its tokens keep no more than these. ErrorKind::invalid if it isn't there.
    Awaitable<Result<void>> set_roles(std::string name, Roles roles);
    /// With its tokens. Answers whether it was there.
    Awaitable<Result<bool>> remove(std::string name);

private:
    Database& database_;
    asio::thread_pool hashing_{1};
};

}  // namespace lars::store

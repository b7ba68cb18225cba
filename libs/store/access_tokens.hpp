#pragma once

#include "store/engine/database.hpp"
#include "store/roles.hpp"
#include "store/unix_time.hpp"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace lars::store {

enum class TokenKind {
    session,  ///< of somebody who signed in
    link,     ///< signs in once
    api,      ///< of a program
};

struct AccessToken {
    std::string id;  ///< the first 16 hexadecimal digits of the secret's hash, for people
    TokenKind kind = TokenKind::session;
    std::string account;  ///< empty: nobody's
    Roles roles;
    std::string label;
    std::string csrf;  ///< what a session's forms bring along
    UnixTime created_at;
    UnixTime expires_at;
    std::optional<UnixTime> used_at;  ///< within a minute
};

struct NewToken {
    TokenKind kind = TokenKind::session;
    std::string account;
    Roles roles;
    std::string label;
    std::chrono::seconds lifetime{0};
};

struct MadeToken {
    std::string secret;  ///< which isn't stored: nobody can be told it again
    AccessToken token;
};

/// What is shown in place of a password. Only hashes of the secrets are stored. Whether a token has
/// expired is by the database's clock.
class AccessTokens {
public:
    explicit AccessTokens(Database& database) : database_(database) {}

    /// ErrorKind::invalid for a label of more than 200 bytes, or a lifetime that isn't above 0.
    Awaitable<Result<MadeToken>> make(NewToken wanted);
    /// None: there is no such token of this kind, or it has expired. Writes when it was used, at
    /// most once a minute.
    Awaitable<Result<std::optional<AccessToken>>> find(std::string secret, TokenKind kind);
    /// Takes a link. Of several who do, one gets it.
    Awaitable<Result<std::optional<AccessToken>>> consume(std::string secret);
    /// The latest first, without their csrf. Those that have expired are left out.
    Awaitable<Result<std::vector<AccessToken>>> list(TokenKind kind);
    /// By id, of any kind. Answers whether it was there.
    Awaitable<Result<bool>> revoke(std::string id);
    /// By its secret, of any kind. Answers whether it was there.
    Awaitable<Result<bool>> end(std::string secret);
    /// Removes what has expired. Answers how many.
    Awaitable<Result<std::size_t>> prune();

private:
    Database& database_;
};

}  // namespace lars::store

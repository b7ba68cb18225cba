#include "store/access_tokens.hpp"

#include "store/secret.hpp"

#include <algorithm>
#include <span>
#include <string_view>

namespace lars::store {
namespace {

constexpr std::size_t kSecretSize = 32;
constexpr std::size_t kCsrfSize = 16;
constexpr std::size_t kIdSize = 8;  // bytes of the hash
constexpr std::size_t kMaxLabel = 200;
constexpr std::uint64_t kUseInterval = 60;  // s
// Longer than anything lasts, and short enough that no sum overflows.
constexpr std::chrono::seconds kMaxLifetime = std::chrono::years(100);
// By these, programs that search for secrets in sources find one.
constexpr const char* kApiPrefix = "lars_";

const char* to_string(TokenKind kind) {
    constexpr const char* kNames[]{"session", "link", "api"};
    return kNames[static_cast<std::size_t>(kind)];
}

Sha256 first_with(std::span<const std::uint8_t> id, std::uint8_t others) {
    Sha256 hash;
    hash.fill(others);
    std::ranges::copy(id, hash.begin());
    return hash;
}

/// Bytes of an id as people write it.
std::optional<std::vector<std::uint8_t>> parse_id(std::string_view text) {
    if (text.size() != 2 * kIdSize) return {};
    std::vector<std::uint8_t> bytes;
    for (std::size_t i = 0; i < text.size(); i += 2) {
        std::uint8_t byte = 0;
        const auto* const end = text.data() + i + 2;
        const auto [stop, error] = std::from_chars(text.data() + i, end, byte, 16);
        if (error != std::errc() || stop != end) return {};
        bytes.push_back(byte);
    }
    return bytes;
}

std::string id_of(const Sha256& hash) {
    return hex_of(std::span(hash).first(kIdSize));
}

UnixTime time_of(const std::string& text) {
    return to_time(parse_column<std::uint64_t>(text).value_or(0));
}

// With the database's clock behind them.
std::string select_tokens(const Dialect& dialect, const std::string& condition) {
    return "SELECT LOWER(HEX(sha256)), account, roles, label, csrf, created_at, expires_at,"
           " used_at, " +
           std::string(dialect.now_s) + " FROM AccessToken WHERE kind = ? AND " + condition +
           " AND expires_at > " + std::string(dialect.now_s);
}

AccessToken decode(TokenKind kind, std::span<const std::string> row) {
    AccessToken token;
    token.id = row[0].substr(0, 2 * kIdSize);
    token.kind = kind;
    token.account = row[1];
    token.roles = Roles::parse(row[2]).value_or(Roles());
    token.label = row[3];
    token.csrf = row[4];
    token.created_at = time_of(row[5]);
    token.expires_at = time_of(row[6]);
    const auto used_at = time_of(row[7]);
    if (to_number(used_at) > 0) token.used_at = used_at;
    return token;
}

Parameters key_of(TokenKind kind, const Sha256& hash) {
    Parameters parameters{std::string_view(to_string(kind))};
    parameters.add(std::span<const std::uint8_t>(hash));
    return parameters;
}

Result<void> check(const NewToken& wanted) {
    if (wanted.label.size() > kMaxLabel) {
        return Error{ErrorKind::invalid, "the label is longer than 200 bytes"};
    }
    if (wanted.lifetime <= std::chrono::seconds(0) || wanted.lifetime > kMaxLifetime) {
        return Error{ErrorKind::invalid, "a token lives from a second to a hundred years"};
    }
    return {};
}

Awaitable<MadeToken> insert_token(Connection& connection, const NewToken& wanted) {
    const auto usable = check(wanted);
    if (!usable) throw Failure(usable.error());
    MadeToken made;
    made.secret = wanted.kind == TokenKind::api ? kApiPrefix : "";
    made.secret += to_base64url(random_bytes(kSecretSize));
    const auto hash = sha256_of(made.secret);
    const auto csrf = hex_of(random_bytes(kCsrfSize));
    const std::string now(connection.dialect().now_s);
    const auto sql =
        "INSERT INTO AccessToken(sha256, kind, account, roles, label, csrf, created_at, expires_at)"
        " VALUES (?, ?, ?, ?, ?, ?, " +
        now + ", " + now + " + ?)";
    Parameters parameters{std::span<const std::uint8_t>(hash)};
    parameters.add(std::string_view(to_string(wanted.kind))).add(std::string_view(wanted.account));
    parameters.add(wanted.roles.text()).add(std::string_view(wanted.label)).add(csrf);
    parameters.add(static_cast<std::uint64_t>(wanted.lifetime.count()));
    co_await connection.change(sql, std::move(parameters));
    const auto key = key_of(wanted.kind, hash);
    const auto times = co_await connection.query(
        "SELECT created_at, expires_at FROM AccessToken WHERE kind = ? AND sha256 = ?", key
    );
    made.token.id = id_of(hash);
    made.token.kind = wanted.kind;
    made.token.account = wanted.account;
    made.token.roles = wanted.roles;
    made.token.label = wanted.label;
    made.token.csrf = csrf;
    made.token.created_at = to_time(times.values.at(0));
    made.token.expires_at = to_time(times.values.at(1));
    co_return made;
}

Awaitable<std::optional<AccessToken>> find_token(
    Connection& connection, const Sha256& hash, TokenKind kind
) {
    const auto sql = select_tokens(connection.dialect(), "sha256 = ?");
    const auto key = key_of(kind, hash);
    const auto table = co_await connection.query_text(sql, key);
    std::optional<AccessToken> token;
    if (table.rows() == 0) co_return token;
    const auto row = table.row(0);
    token = decode(kind, row);
    const auto now = to_number(time_of(row[8]));
    if (token->used_at && now < to_number(*token->used_at) + kUseInterval) co_return token;
    Parameters used(now);
    used.append(key);
    co_await connection.change(
        "UPDATE AccessToken SET used_at = ? WHERE kind = ? AND sha256 = ?", used
    );
    token->used_at = to_time(now);
    co_return token;
}

Awaitable<std::optional<AccessToken>> take_link(Connection& connection, const Sha256& hash) {
    const auto sql = select_tokens(connection.dialect(), "sha256 = ?") +
                     std::string(connection.dialect().for_update);
    const auto key = key_of(TokenKind::link, hash);
    const auto table = co_await connection.query_text(sql, key);
    std::optional<AccessToken> token;
    if (table.rows() == 0) co_return token;
    const auto removed =
        co_await connection.change("DELETE FROM AccessToken WHERE kind = ? AND sha256 = ?", key);
    if (removed > 0) token = decode(TokenKind::link, table.row(0));
    co_return token;
}

Awaitable<std::vector<AccessToken>> list_tokens(Connection& connection, TokenKind kind) {
    const auto sql =
        select_tokens(connection.dialect(), "1 = 1") + " ORDER BY created_at DESC, sha256";
    const Parameters parameters{std::string_view(to_string(kind))};
    const auto table = co_await connection.query_text(sql, parameters);
    std::vector<AccessToken> all;
    for (std::size_t i = 0; i < table.rows(); ++i) {
        all.push_back(decode(kind, table.row(i)));
        all.back().csrf.clear();
    }
    co_return all;
}

// A range of the key: the id is how the hash begins.
Awaitable<bool> delete_by_id(Connection& connection, const std::vector<std::uint8_t>& id) {
    const auto first = first_with(id, 0);
    const auto last = first_with(id, 0xFF);
    Parameters parameters{std::span<const std::uint8_t>(first)};
    parameters.add(std::span<const std::uint8_t>(last));
    const auto removed = co_await connection.change(
        "DELETE FROM AccessToken WHERE sha256 >= ? AND sha256 <= ?", std::move(parameters)
    );
    co_return removed > 0;
}

Awaitable<bool> delete_by_hash(Connection& connection, const Sha256& hash) {
    const Parameters parameters{std::span<const std::uint8_t>(hash)};
    const auto removed =
        co_await connection.change("DELETE FROM AccessToken WHERE sha256 = ?", parameters);
    co_return removed > 0;
}

Awaitable<std::size_t> delete_expired(Connection& connection) {
    const auto sql =
        "DELETE FROM AccessToken WHERE expires_at <= " + std::string(connection.dialect().now_s);
    co_return co_await connection.change(sql);
}

Awaitable<Result<bool>> nothing_removed() {
    co_return false;
}

}  // namespace

// Made once: the secret of a first attempt, if that was committed, would be nobody's.
Awaitable<Result<MadeToken>> AccessTokens::make(NewToken wanted) {
    return database_.run(Mode::write_once, insert_token, std::move(wanted));
}

Awaitable<Result<std::optional<AccessToken>>> AccessTokens::find(
    std::string secret, TokenKind kind
) {
    return database_.run(Mode::write_each, find_token, sha256_of(secret), kind);
}

Awaitable<Result<std::optional<AccessToken>>> AccessTokens::consume(std::string secret) {
    return database_.run(Mode::write, take_link, sha256_of(secret));
}

Awaitable<Result<std::vector<AccessToken>>> AccessTokens::list(TokenKind kind) {
    return database_.run(Mode::read, list_tokens, kind);
}

Awaitable<Result<bool>> AccessTokens::revoke(std::string id) {
    const auto bytes = parse_id(id);
    if (!bytes) return nothing_removed();
    return database_.run(Mode::write, delete_by_id, *bytes);
}

Awaitable<Result<bool>> AccessTokens::end(std::string secret) {
    return database_.run(Mode::write, delete_by_hash, sha256_of(secret));
}

Awaitable<Result<std::size_t>> AccessTokens::prune() {
    return database_.run(Mode::write, delete_expired);
}

}  // namespace lars::store

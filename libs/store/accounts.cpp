#include "store/accounts.hpp"

#include "runtime/run_on.hpp"
#include "store/password_hash.hpp"

#include <algorithm>
#include <string_view>

namespace lars::store {
namespace {

constexpr std::size_t kMaxName = 64;
constexpr std::size_t kMinPassword = 12;

bool is_name(std::string_view name) {
    const auto allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
               std::string_view("._@-").find(c) != std::string_view::npos;
    };
    return !name.empty() && name.size() <= kMaxName && std::ranges::all_of(name, allowed);
}

// Of UTF-8: bytes that begin one.
std::size_t characters(std::string_view text) {
    const auto begins = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; };
    return static_cast<std::size_t>(std::ranges::count_if(text, begins));
}

Result<void> check_name(const std::string& name) {
    if (is_name(name)) return {};
    return Error{
        ErrorKind::invalid,
        "an account's name has 1 to 64 characters, of a to z, 0 to 9, '.', '_', '@' and '-'"};
}

Result<void> check_password(const std::string& password) {
    if (characters(password) >= kMinPassword) return {};
    return Error{
        ErrorKind::invalid,
        "the password is shorter than " + std::to_string(kMinPassword) + " characters"};
}

Result<void> check_roles(const Roles& roles) {
    if (roles.allow(Role::read)) return {};
    return Error{ErrorKind::invalid, "no roles"};
}

Error no_such(const std::string& name) {
    return {ErrorKind::invalid, "there is no account " + name};
}

struct Stored {
    Account account;
    std::string hash;
};

std::string select_accounts(const std::string& condition) {
    return "SELECT name, roles, created_at, password FROM Account" + condition + " ORDER BY name";
}

// Roles that somebody wrote, and that are none, allow nothing.
Stored decode(std::span<const std::string> row) {
    Stored stored;
    stored.account.name = row[0];
    stored.account.roles = Roles::parse(row[1]).value_or(Roles());
    stored.account.created_at = to_time(parse_column<std::uint64_t>(row[2]).value_or(0));
    stored.hash = row[3];
    return stored;
}

// MariaDB compares a column of ASCII with no other text: what is no name isn't asked for.
Awaitable<std::optional<Stored>> find_account(Connection& connection, const std::string& name) {
    if (!is_name(name)) co_return std::nullopt;
    const Parameters parameters{std::string_view(name)};
    const auto sql = select_accounts(" WHERE name = ?");
    const auto table = co_await connection.query_text(sql, parameters);
    std::optional<Stored> found;
    if (table.rows() > 0) found = decode(table.row(0));
    co_return found;
}

Awaitable<std::vector<Account>> list_accounts(Connection& connection) {
    const auto sql = select_accounts("");
    const auto table = co_await connection.query_text(sql);
    std::vector<Account> all;
    for (std::size_t i = 0; i < table.rows(); ++i) all.push_back(decode(table.row(i)).account);
    co_return all;
}

Awaitable<bool> insert_account(
    Connection& connection, const std::string& name, const std::string& hash, Roles roles
) {
    const auto sql = std::string(connection.dialect().insert_ignore) +
                     " INTO Account(name, password, roles) VALUES (?, ?, ?)";
    const Parameters parameters(name, hash, roles.text());
    const auto added = co_await connection.change(sql, parameters);
    co_return added > 0;
}

// In the caller's transaction, after which others see the account as it is then.
Awaitable<bool> lock_account(Connection& connection, const std::string& name) {
    if (!is_name(name)) co_return false;
    const auto sql = "SELECT created_at FROM Account WHERE name = ?" +
                     std::string(connection.dialect().for_update);
    const Parameters parameters{std::string_view(name)};
    const auto table = co_await connection.query(sql, parameters);
    co_return table.rows() > 0;
}

Awaitable<> update_account(
    Connection& connection,
    const std::string& column,
    const std::string& value,
    const std::string& name
) {
    const auto sql = "UPDATE Account SET " + column +
                     " = ?, changed_at = " + std::string(connection.dialect().now_s) +
                     " WHERE name = ?";
    const Parameters parameters(value, name);
    co_await connection.change(sql, parameters);
}

Awaitable<bool> replace_password(
    Connection& connection, const std::string& name, const std::string& hash
) {
    const auto there = co_await lock_account(connection, name);
    if (!there) co_return false;
    const std::string column = "password";
    co_await update_account(connection, column, hash, name);
    const Parameters parameters{std::string_view(name)};
    co_await connection.change(
        "DELETE FROM AccessToken WHERE account = ? AND kind = 'session'", parameters
    );
    co_return true;
}

Awaitable<bool> replace_roles(Connection& connection, const std::string& name, Roles roles) {
    const auto there = co_await lock_account(connection, name);
    if (!there) co_return false;
    const std::string column = "roles";
    const auto text = roles.text();
    co_await update_account(connection, column, text, name);
    for (const auto above : {Role::edit, Role::admin}) {
        if (roles.allow(above)) continue;
        const Parameters parameters(text, name, Roles(above).text());
        co_await connection.change(
            "UPDATE AccessToken SET roles = ? WHERE account = ? AND roles = ?", parameters
        );
    }
    co_return true;
}

Awaitable<bool> delete_account(Connection& connection, const std::string& name) {
    if (!is_name(name)) co_return false;
    const Parameters parameters{std::string_view(name)};
    const auto removed =
        co_await connection.change("DELETE FROM Account WHERE name = ?", parameters);
    if (removed > 0) {
        co_await connection.change("DELETE FROM AccessToken WHERE account = ?", parameters);
    }
    co_return removed > 0;
}

// Nothing is thrown on the thread that hashes.
struct Hashing {
    std::string password;
    Result<std::string> operator()() const {
        try {
            return hash_password(password);
        } catch (const Failure& failure) {
            return failure.error();
        }
    }
};

struct Matching {
    std::string hash;
    std::string password;
    bool operator()() const { return matches_hash(hash, password); }
};

}  // namespace

Awaitable<Result<void>> Accounts::add(std::string name, std::string password, Roles roles) {
    for (const auto& checked : {check_name(name), check_password(password), check_roles(roles)}) {
        if (!checked) co_return checked.error();
    }
    Hashing hashing{std::move(password)};
    auto running = runtime::run_on(hashing_.get_executor(), std::move(hashing));
    auto hash = co_await std::move(running);
    if (!hash) co_return hash.error();
    auto inserting = database_.run(Mode::write_once, insert_account, name, std::move(*hash), roles);
    const auto added = co_await std::move(inserting);
    if (!added) co_return added.error();
    if (!*added) co_return Error{ErrorKind::invalid, "there is an account " + name + " already"};
    co_return Result<void>();
}

Awaitable<Result<std::vector<Account>>> Accounts::list() {
    return database_.run(Mode::read, list_accounts);
}

Awaitable<Result<std::optional<Account>>> Accounts::verify(std::string name, std::string password) {
    auto finding = database_.run(Mode::read, find_account, std::move(name));
    const auto stored = co_await std::move(finding);
    if (!stored) co_return stored.error();
    Matching matching{*stored ? (*stored)->hash : unknown_hash(), std::move(password)};
    auto running = runtime::run_on(hashing_.get_executor(), std::move(matching));
    const auto matches = co_await std::move(running);
    std::optional<Account> account;
    if (*stored && matches) account = (*stored)->account;
    co_return account;
}

Awaitable<Result<void>> Accounts::set_password(std::string name, std::string password) {
    const auto usable = check_password(password);
    if (!usable) co_return usable.error();
    Hashing hashing{std::move(password)};
    auto running = runtime::run_on(hashing_.get_executor(), std::move(hashing));
    auto hash = co_await std::move(running);
    if (!hash) co_return hash.error();
    auto replacing = database_.run(Mode::write, replace_password, name, std::move(*hash));
    const auto replaced = co_await std::move(replacing);
    if (!replaced) co_return replaced.error();
    if (!*replaced) co_return no_such(name);
    co_return Result<void>();
}

Awaitable<Result<void>> Accounts::set_roles(std::string name, Roles roles) {
    const auto usable = check_roles(roles);
    if (!usable) co_return usable.error();
    auto replacing = database_.run(Mode::write, replace_roles, name, roles);
    const auto replaced = co_await std::move(replacing);
    if (!replaced) co_return replaced.error();
    if (!*replaced) co_return no_such(name);
    co_return Result<void>();
}

Awaitable<Result<bool>> Accounts::remove(std::string name) {
    return database_.run(Mode::write, delete_account, std::move(name));
}

}  // namespace lars::store

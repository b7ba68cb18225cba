#include "console/account_api.hpp"

#include "console/answers.hpp"
#include "console/bad_request.hpp"
#include "console/json_fields.hpp"

namespace lars::console {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxBody = 16 << 10;
constexpr std::size_t kMaxText = 200;
constexpr std::size_t kMaxRoles = 3;
constexpr std::uint32_t kMaxLifetime = 400 * 24 * 3'600;

json::array roles_json(const store::Roles& roles) {
    json::array all;
    for (const auto& role : roles.names()) all.emplace_back(role);
    return all;
}

store::Roles parse_roles(JsonFields& fields) {
    std::string text;
    for (const auto& role : fields.texts("roles", kMaxRoles, kMaxText)) {
        text += (text.empty() ? "" : ",") + role;
    }
    const auto roles = store::Roles::parse(text);
    if (!roles) throw BadRequest("roles", "aren't of read, edit and admin");
    return *roles;
}

json::object token_json(const store::AccessToken& token) {
    json::object object{
        {"id", token.id},
        {"account", token.account},
        {"roles", roles_json(token.roles)},
        {"label", token.label},
        {"created_at", token.created_at.time_since_epoch().count()},
        {"expires_at", token.expires_at.time_since_epoch().count()},
        {"used_at", nullptr}};
    if (token.used_at) object["used_at"] = token.used_at->time_since_epoch().count();
    return object;
}

}  // namespace

AccountApi::AccountApi(asio::any_io_executor executor, StorePool& pool, const store::Url& url)
    : pool_(pool), database_(executor, url), accounts_(*database_) {}

void AccountApi::add_pages(PageSet& pages) {
    using store::Role;
    const auto call = [this](Awaitable<http::Response> (AccountApi::*handler)(http::Request)) {
        return
            [this, handler](http::Request request) { return (this->*handler)(std::move(request)); };
    };
    const auto add = [&](const char* method, const char* path, const char* usage, auto handler) {
        const bool has_body = std::string_view(method) == "POST";
        pages.add(method, path, usage, Role::admin, has_body ? kMaxBody : 0, call(handler));
    };
    add("GET", "/accounts", "who may sign in", &AccountApi::list_accounts);
    add("POST", "/accounts", "a new account", &AccountApi::add_account);
    add("DELETE", "/accounts/{name}", "removes an account", &AccountApi::remove_account);
    add("GET", "/tokens", "tokens of programs", &AccountApi::list_tokens);
    add("POST", "/tokens", "a new token", &AccountApi::add_token);
    add("DELETE", "/tokens/{id}", "withdraws a token", &AccountApi::revoke_token);
}

Awaitable<http::Response> AccountApi::list_accounts(http::Request /*request*/) {
    auto preparing = database_.prepare();
    const auto ready = co_await std::move(preparing);
    if (!ready) co_return store_error(ready.error());
    auto listing = accounts_.list();
    const auto accounts = co_await std::move(listing);
    if (!accounts) co_return store_error(accounts.error());
    json::array all;
    for (const auto& account : *accounts) {
        all.push_back(json::object{
            {"name", account.name},
            {"roles", roles_json(account.roles)},
            {"created_at", account.created_at.time_since_epoch().count()}});
    }
    co_return json_answer(json::object{{"accounts", std::move(all)}});
}

Awaitable<http::Response> AccountApi::add_account(http::Request request) {
    const auto body = parse_body(request.body);
    JsonFields fields(body);
    auto name = fields.text("name", kMaxText);
    auto password = fields.text("password", 1'000);
    const auto roles = parse_roles(fields);
    fields.done();
    auto preparing = database_.prepare();
    const auto ready = co_await std::move(preparing);
    if (!ready) co_return store_error(ready.error());
    auto adding = accounts_.add(std::move(name), std::move(password), roles);
    const auto added = co_await std::move(adding);
    if (!added) co_return store_error(added.error());
    co_return json_answer(json::object(), 201);
}

Awaitable<http::Response> AccountApi::remove_account(http::Request request) {
    std::string name(request.parameter("name"));
    const auto& caller = std::any_cast<const Caller&>(request.caller);
    if (name == caller.token.account) {
        co_return error_answer(409, "nobody removes the account that he is signed in with");
    }
    auto preparing = database_.prepare();
    const auto ready = co_await std::move(preparing);
    if (!ready) co_return store_error(ready.error());
    auto removing = accounts_.remove(std::move(name));
    const auto removed = co_await std::move(removing);
    if (!removed) co_return store_error(removed.error());
    if (!*removed) co_return error_answer(404, "there is no such account");
    co_return no_content();
}

Awaitable<http::Response> AccountApi::list_tokens(http::Request /*request*/) {
    auto borrowing = pool_.borrow();
    const auto lease = co_await std::move(borrowing);
    if (!lease) co_return store_error(lease.error());
    store::AccessTokens tokens(**lease);
    auto listing = tokens.list(store::TokenKind::api);
    const auto listed = co_await std::move(listing);
    if (!listed) co_return store_error(listed.error());
    json::array all;
    for (const auto& token : *listed) all.push_back(token_json(token));
    co_return json_answer(json::object{{"tokens", std::move(all)}});
}

Awaitable<http::Response> AccountApi::add_token(http::Request request) {
    const auto body = parse_body(request.body);
    JsonFields fields(body);
    store::NewToken wanted;
    wanted.kind = store::TokenKind::api;
    wanted.account = std::any_cast<const Caller&>(request.caller).token.account;
    wanted.label = fields.text("label", kMaxText);
    wanted.roles = parse_roles(fields);
    wanted.lifetime = std::chrono::seconds(fields.number("expires_in", 60, kMaxLifetime));
    fields.done();
    auto borrowing = pool_.borrow();
    const auto lease = co_await std::move(borrowing);
    if (!lease) co_return store_error(lease.error());
    store::AccessTokens tokens(**lease);
    auto making = tokens.make(std::move(wanted));
    const auto made = co_await std::move(making);
    if (!made) co_return store_error(made.error());
    co_return json_answer(json::object{{"id", made->token.id}, {"secret", made->secret}}, 201);
}

Awaitable<http::Response> AccountApi::revoke_token(http::Request request) {
    std::string id(request.parameter("id"));
    auto borrowing = pool_.borrow();
    const auto lease = co_await std::move(borrowing);
    if (!lease) co_return store_error(lease.error());
    store::AccessTokens tokens(**lease);
    auto revoking = tokens.revoke(std::move(id));
    const auto revoked = co_await std::move(revoking);
    if (!revoked) co_return store_error(revoked.error());
    if (!*revoked) co_return error_answer(404, "there is no such token");
    co_return no_content();
}

}  // namespace lars::console

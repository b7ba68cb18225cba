#include "console/doorman.hpp"

#include "console/answers.hpp"
#include "console/bad_request.hpp"
#include "console/json_fields.hpp"

#include <algorithm>

namespace lars::console {
namespace {

constexpr const char* kCookie = "lars_session";
constexpr std::string_view kBearer = "Bearer ";
constexpr std::size_t kMaxBody = 4 << 10;
constexpr std::size_t kMaxText = 1'000;
constexpr std::size_t kMaxTrusted = 10'000;

boost::json::object session_json(const store::AccessToken& token) {
    boost::json::array roles;
    for (const auto& role : token.roles.names()) roles.emplace_back(role);
    return {
        {"account", token.account},
        {"roles", std::move(roles)},
        {"csrf", token.csrf},
        {"expires", token.expires_at.time_since_epoch().count()}};
}

std::string cookie_text(const std::string& secret, std::chrono::seconds age) {
    return std::string(kCookie) + '=' + secret +
           "; Path=/; HttpOnly; SameSite=Strict; Max-Age=" + std::to_string(age.count());
}

// Strangers are told no more of the store.
http::Response no_store() {
    return error_answer(503, "the store doesn't answer; the console's log says why");
}

bool changes_something(const http::Request& request) {
    return request.method != "GET";
}

// As long for a wrong text as for a right one.
bool same_text(std::string_view one, std::string_view other) {
    if (one.size() != other.size()) return false;
    unsigned differs = 0;
    for (std::size_t i = 0; i < one.size(); ++i) {
        differs |= static_cast<unsigned char>(one[i]) ^ static_cast<unsigned char>(other[i]);
    }
    return differs == 0;
}

}  // namespace

Doorman::Doorman(
    asio::any_io_executor executor,
    StorePool& pool,
    const store::Url& url,
    std::chrono::seconds session,
    metrics::Registry& metrics,
    spdlog::logger& log
)
    : pool_(pool),
      accounts_database_(executor, url),
      accounts_(*accounts_database_),
      session_(session),
      log_(log),
      refused_(metrics.counter(
          "lars_console_refused_total", "Requests of nobody who is known, or who may do that"
      )),
      failed_(metrics.counter(
          "lars_console_failed_sign_ins_total", "Wrong passwords and links, and those held back"
      )) {}

Doorman::Admit Doorman::admit(store::Role role) {
    return [this, role](http::Request& request) { return check(request, role); };
}

Awaitable<std::optional<http::Response>> Doorman::check(http::Request& request, store::Role role) {
    const auto bearer = request.field("authorization");
    const bool is_program = bearer.starts_with(kBearer);
    const auto kind = is_program ? store::TokenKind::api : store::TokenKind::session;
    auto secret = is_program ? std::string(bearer.substr(kBearer.size())) : request.cookie(kCookie);
    if (secret.empty()) {
        refused_.add();
        co_return error_answer(401, "sign in first");
    }
    auto finding = find(std::move(secret), kind);
    const auto found = co_await std::move(finding);
    if (!found) co_return no_store();
    if (!*found) {
        refused_.add();
        co_return error_answer(401, "the session or token isn't valid any more: sign in again");
    }
    const auto& token = **found;
    const bool forged = changes_something(request) && !is_program &&
                        !same_text(request.field("x-lars-csrf"), token.csrf);
    if (forged) {
        refused_.add();
        co_return error_answer(403, "the header X-Lars-Csrf isn't the session's");
    }
    if (!token.roles.allow(role)) {
        refused_.add();
        co_return error_answer(403, "this needs a role that " + token.account + " doesn't have");
    }
    request.caller = Caller{token};
    co_return std::nullopt;
}

Awaitable<store::Result<std::optional<store::AccessToken>>> Doorman::find(
    std::string secret, store::TokenKind kind
) {
    const auto now = Clock::now();
    const auto known = trusted_.find(secret);
    if (known != trusted_.end() && known->second.until > now && known->second.token.kind == kind) {
        co_return std::optional(known->second.token);
    }
    auto borrowing = pool_.borrow();
    const auto lease = co_await std::move(borrowing);
    if (!lease) co_return lease.error();
    store::AccessTokens tokens(**lease);
    auto finding = tokens.find(secret, kind);
    auto found = co_await std::move(finding);
    if (!found) co_return found.error();
    if (trusted_.size() >= kMaxTrusted) {
        std::erase_if(trusted_, [now](const auto& each) { return each.second.until <= now; });
    }
    if (*found && trusted_.size() < kMaxTrusted) {
        trusted_[secret] = {**found, now + kTrusted};
    } else {
        trusted_.erase(secret);
    }
    co_return std::move(*found);
}

std::vector<http::Page> Doorman::pages() {
    const auto make = [](const char* method, const char* path, const char* usage, auto answer) {
        http::Page page{path, usage, std::move(answer)};
        page.method = method;
        return page;
    };
    const auto sign_in = [this](http::Request request) {
        return this->sign_in(std::move(request));
    };
    const auto follow = [this](http::Request request) { return follow_link(std::move(request)); };
    const auto show = [this](http::Request request) { return show_session(std::move(request)); };
    const auto end = [this](http::Request request) { return sign_out(std::move(request)); };
    std::vector<http::Page> pages{
        make("POST", "/api/v1/session", "signs in", sign_in),
        make("POST", "/api/v1/session/link", "signs in by a one-time link", follow),
        make("GET", "/api/v1/session", "who is signed in", show),
        make("DELETE", "/api/v1/session", "signs out", end)};
    pages[0].max_body = kMaxBody;
    pages[1].max_body = kMaxBody;
    pages[2].admit = admit(store::Role::read);
    pages[3].admit = admit(store::Role::read);
    return pages;
}

std::optional<http::Response> Doorman::limited(
    const std::string& account, const std::string& address
) {
    const auto wait = limiter_.try_now(account, address, LoginLimiter::Clock::now());
    if (wait.count() == 0) return {};
    failed_.add();
    auto answer = error_answer(
        429, "too many attempts: wait " + std::to_string(wait.count()) + " s before the next"
    );
    answer.fields.emplace_back("Retry-After", std::to_string(wait.count()));
    return answer;
}

Awaitable<http::Response> Doorman::sign_in(http::Request request) {
    const auto body = parse_body(request.body);
    JsonFields fields(body);
    const auto account = fields.text("account", kMaxText);
    const auto password = fields.text("password", kMaxText);
    fields.done();
    if (auto refusal = limited(account, request.remote)) co_return std::move(*refusal);
    auto preparing = accounts_database_.prepare();
    const auto ready = co_await std::move(preparing);
    if (!ready) co_return no_store();
    auto verifying = accounts_.verify(account, password);
    const auto verified = co_await std::move(verifying);
    if (!verified) co_return no_store();
    if (!*verified) {
        failed_.add();
        co_return error_answer(401, "there is no such account, or it has another password");
    }
    limiter_.succeeded(account, request.remote);
    auto beginning = begin_session((*verified)->name, (*verified)->roles);
    co_return co_await std::move(beginning);
}

Awaitable<http::Response> Doorman::follow_link(http::Request request) {
    const auto body = parse_body(request.body);
    JsonFields fields(body);
    const auto secret = fields.text("secret", kMaxText);
    fields.done();
    if (auto refusal = limited("a link", request.remote)) co_return std::move(*refusal);
    std::optional<store::AccessToken> link;
    {
        auto borrowing = pool_.borrow();
        const auto lease = co_await std::move(borrowing);
        if (!lease) co_return no_store();
        store::AccessTokens tokens(**lease);
        auto consuming = tokens.consume(secret);
        auto consumed = co_await std::move(consuming);
        if (!consumed) co_return no_store();
        link = std::move(*consumed);
    }
    if (!link) {
        failed_.add();
        co_return error_answer(401, "this link was used already, or isn't valid any more");
    }
    limiter_.succeeded("a link", request.remote);
    auto beginning = begin_session(link->account, link->roles);
    co_return co_await std::move(beginning);
}

Awaitable<http::Response> Doorman::begin_session(std::string account, store::Roles roles) {
    auto borrowing = pool_.borrow();
    const auto lease = co_await std::move(borrowing);
    if (!lease) co_return no_store();
    store::AccessTokens tokens(**lease);
    store::NewToken wanted;
    wanted.kind = store::TokenKind::session;
    wanted.account = std::move(account);
    wanted.roles = roles;
    wanted.label = "browser";
    wanted.lifetime = session_;
    auto pruning = tokens.prune();
    // What has expired is no use to anybody meanwhile: it goes another time.
    const auto pruned = co_await std::move(pruning);
    if (!pruned) log_.warn("expired sessions stay: {}", pruned.error().message);
    auto making = tokens.make(std::move(wanted));
    const auto made = co_await std::move(making);
    if (!made) co_return no_store();
    auto answer = json_answer(session_json(made->token));
    answer.fields.emplace_back("Set-Cookie", cookie_text(made->secret, session_));
    co_return answer;
}

Awaitable<http::Response> Doorman::show_session(http::Request request) {
    co_return json_answer(session_json(std::any_cast<const Caller&>(request.caller).token));
}

Awaitable<http::Response> Doorman::sign_out(http::Request request) {
    const auto secret = request.cookie(kCookie);
    trusted_.erase(secret);
    auto borrowing = pool_.borrow();
    const auto lease = co_await std::move(borrowing);
    if (!lease) co_return store_error(lease.error());
    store::AccessTokens tokens(**lease);
    auto ending = tokens.end(secret);
    const auto ended = co_await std::move(ending);
    if (!ended) co_return store_error(ended.error());
    auto answer = no_content();
    answer.fields.emplace_back("Set-Cookie", cookie_text("", std::chrono::seconds(0)));
    co_return answer;
}

}  // namespace lars::console

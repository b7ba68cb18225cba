#pragma once

#include "console/caller.hpp"
#include "console/login_limiter.hpp"
#include "console/store_pool.hpp"
#include "http/page.hpp"
#include "metrics/registry.hpp"
#include "runtime/asio.hpp"
#include "store/accounts.hpp"

#include <spdlog/logger.h>

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace lars::console {

/// Who may come in: signs people in and out, and says of each request who asks and whether that one
/// may. Belongs to one executor.
class Doorman {
public:
    /// How long a token that was good is taken for good without asking the store: so long at most
    /// does one go on that was withdrawn elsewhere.
    static constexpr std::chrono::seconds kTrusted{10};

    Doorman(
        asio::any_io_executor executor,
        StorePool& pool,
        const store::Url& url,
        std::chrono::seconds session,
        metrics::Registry& metrics,
        spdlog::logger& log
    );

    /// For Page::admit.
    using Admit = std::function<Awaitable<std::optional<http::Response>>(http::Request&)>;
    Admit admit(store::Role role);

    /// Signing in, by password or link; who one is; and signing out.
    std::vector<http::Page> pages();

private:
    struct Trusted {
        store::AccessToken token;
        Clock::time_point until;
    };

    Awaitable<std::optional<http::Response>> check(http::Request& request, store::Role role);
    Awaitable<store::Result<std::optional<store::AccessToken>>> find(
        std::string secret, store::TokenKind kind
    );
    Awaitable<http::Response> sign_in(http::Request request);
    Awaitable<http::Response> follow_link(http::Request request);
    Awaitable<http::Response> begin_session(std::string account, store::Roles roles);
    Awaitable<http::Response> show_session(http::Request request);
    Awaitable<http::Response> sign_out(http::Request request);
    std::optional<http::Response> limited(const std::string& account, const std::string& address);

    StorePool& pool_;
    store::ReadyDatabase accounts_database_;
    store::Accounts accounts_;
    std::chrono::seconds session_;
    spdlog::logger& log_;
    LoginLimiter limiter_;
    std::map<std::string, Trusted> trusted_;  // by secret
    metrics::Counter& refused_;
    metrics::Counter& failed_;
};

}  // namespace lars::console

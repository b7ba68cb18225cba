#pragma once

#include "console/page_set.hpp"
#include "console/store_pool.hpp"

namespace lars::console {

/// Accounts, and tokens for programs, as administrators keep them. Belongs to one executor.
class AccountApi {
public:
    AccountApi(asio::any_io_executor executor, StorePool& pool, const store::Url& url);

    void add_pages(PageSet& pages);

private:
    Awaitable<http::Response> list_accounts(http::Request request);
    Awaitable<http::Response> add_account(http::Request request);
    Awaitable<http::Response> remove_account(http::Request request);
    Awaitable<http::Response> list_tokens(http::Request request);
    Awaitable<http::Response> add_token(http::Request request);
    Awaitable<http::Response> revoke_token(http::Request request);

    StorePool& pool_;
    // Passwords are hashed on a thread of the accounts' own.
    store::ReadyDatabase database_;
    store::Accounts accounts_;
};

}  // namespace lars::console

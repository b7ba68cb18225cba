#pragma once

#include "cli/arguments.hpp"
#include "store/accounts.hpp"
#include "store/engine/url.hpp"

#include <functional>
#include <string>

namespace lars::cli {

/// Adds --roles, whose text is `text` if it isn't said.
void add_roles_flag(Arguments& arguments, std::string& text);
/// Throws UsageError.
store::Roles parse_roles(const std::string& text);

using AccountEdit = std::function<Awaitable<store::Result<bool>>(store::Accounts&)>;
using AccountChange = std::function<Awaitable<store::Result<void>>(store::Accounts&)>;

/// Does it to a store's accounts. They throw Failure with the store's words.
bool edit_accounts(const store::Url& url, const AccountEdit& edit);
void change_accounts(const store::Url& url, const AccountChange& change);

}  // namespace lars::cli

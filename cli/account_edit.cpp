#include "cli/account_edit.hpp"

#include "cli/store_access.hpp"

namespace lars::cli {
namespace {

Awaitable<store::Result<bool>> run_edit(store::Database& database, const AccountEdit& edit) {
    store::Accounts accounts(database);
    auto editing = edit(accounts);
    // Not const: a Result<bool> that is made of a const one asks it whether it has a value.
    auto done = co_await std::move(editing);
    co_return done;
}

Awaitable<store::Result<bool>> run_change(store::Database& database, const AccountChange& change) {
    store::Accounts accounts(database);
    auto changing = change(accounts);
    const auto done = co_await std::move(changing);
    if (!done) co_return done.error();
    co_return true;
}

}  // namespace

void add_roles_flag(Arguments& arguments, std::string& text) {
    arguments.flags(
    )("roles",
      boost::program_options::value<std::string>(&text)->default_value(text),
      "read, edit or admin; each includes those before it");
}

store::Roles parse_roles(const std::string& text) {
    const auto roles = store::Roles::parse(text);
    if (!roles) throw UsageError("'" + text + "' is not read, edit or admin");
    return *roles;
}

bool edit_accounts(const store::Url& url, const AccountEdit& edit) {
    return run_on_store<bool>(url, [&edit](store::Database& each) { return run_edit(each, edit); });
}

void change_accounts(const store::Url& url, const AccountChange& change) {
    run_on_store<bool>(url, [&change](store::Database& each) { return run_change(each, change); });
}

}  // namespace lars::cli

#include "admin/table.hpp"
#include "admin/time_text.hpp"
#include "cli/commands.hpp"
#include "cli/store_access.hpp"
#include "store/accounts.hpp"

#include <boost/json.hpp>

#include <iostream>

namespace lars::cli {
namespace {

using All = std::vector<store::Account>;

Awaitable<store::Result<All>> list_accounts(store::Database& database) {
    store::Accounts accounts(database);
    auto listing = accounts.list();
    auto all = co_await std::move(listing);
    co_return all;
}

void print_json(const All& accounts) {
    boost::json::array all;
    for (const auto& each : accounts) {
        all.push_back(boost::json::object{
            {"name", each.name},
            {"roles", boost::json::value_from(each.roles.names())},
            {"created_at", store::to_number(each.created_at)}});
    }
    std::cout << boost::json::serialize(all) << '\n';
}

}  // namespace

int console_list_users(const Words& words) {
    std::string store;
    Arguments arguments("console list-users", "", "Shows the accounts of the console.");
    add_store_flag(arguments, store);
    arguments.flags()("json", "print a JSON array");
    if (!arguments.parse(words, 0, 0)) return 0;
    const auto accounts = run_on_store<All>(store_url(store), list_accounts);
    if (arguments.given("json")) {
        print_json(accounts);
        return 0;
    }
    std::vector<std::vector<std::string>> table{{"NAME", "ROLES", "MADE (UTC)"}};
    for (const auto& each : accounts) {
        table.push_back({each.name, each.roles.text(), admin::time_text(each.created_at)});
    }
    std::cout << admin::format_table(table);
    if (accounts.empty()) std::cerr << "lars: there are no accounts\n";
    return 0;
}

}  // namespace lars::cli

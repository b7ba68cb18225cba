#include "cli/account_edit.hpp"
#include "cli/commands.hpp"
#include "cli/store_access.hpp"

#include <iostream>

namespace lars::cli {

int console_set_roles(const Words& words) {
    std::string store;
    Arguments arguments(
        "console set-roles",
        "NAME read|edit|admin",
        "Says what an account of the console may do. What is less holds at once, for its tokens "
        "too;\nwhat is more, when it signs in again."
    );
    add_store_flag(arguments, store);
    if (!arguments.parse(words, 2, 2)) return 0;
    const auto& name = arguments.words()[0];
    const auto roles = parse_roles(arguments.words()[1]);
    change_accounts(store_url(store), [&](store::Accounts& accounts) {
        return accounts.set_roles(name, roles);
    });
    std::cout << name << " may: " << roles.text() << '\n';
    return 0;
}

}  // namespace lars::cli

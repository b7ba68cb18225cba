#include "cli/account_edit.hpp"
#include "cli/commands.hpp"
#include "cli/store_access.hpp"

#include <iostream>

namespace lars::cli {

int console_remove_user(const Words& words) {
    std::string store;
    Arguments arguments(
        "console remove-user", "NAME", "Removes an account of the console, with its tokens."
    );
    add_store_flag(arguments, store);
    if (!arguments.parse(words, 1, 1)) return 0;
    const auto& name = arguments.words()[0];
    const auto removed = edit_accounts(store_url(store), [&](store::Accounts& accounts) {
        return accounts.remove(name);
    });
    if (!removed) throw Failure("there is no account " + name);
    std::cout << name << " is removed\n";
    return 0;
}

}  // namespace lars::cli

#include "cli/account_edit.hpp"
#include "cli/commands.hpp"
#include "cli/password_input.hpp"
#include "cli/store_access.hpp"

#include <iostream>

namespace lars::cli {

int console_set_password(const Words& words) {
    std::string store;
    std::string file;
    Arguments arguments(
        "console set-password",
        "NAME",
        "Gives an account of the console another password, and ends its sessions."
    );
    add_store_flag(arguments, store);
    add_password_flag(arguments, file);
    if (!arguments.parse(words, 1, 1)) return 0;
    const auto& name = arguments.words()[0];
    const auto url = store_url(store);
    require_current_schema(url);
    const auto password = read_new_password(file);
    change_accounts(url, [&](store::Accounts& accounts) {
        return accounts.set_password(name, password);
    });
    std::cout << name << " has another password, and no sessions\n";
    return 0;
}

}  // namespace lars::cli

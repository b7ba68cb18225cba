#include "cli/account_edit.hpp"
#include "cli/commands.hpp"
#include "cli/password_input.hpp"
#include "cli/store_access.hpp"

#include <iostream>

namespace lars::cli {

int console_add_user(const Words& words) {
    std::string store;
    std::string roles = "read";
    std::string file;
    Arguments arguments(
        "console add-user",
        "NAME",
        "Makes an account for the console. A name is of a to z, 0 to 9, '.', '_', '@' and '-'; a\n"
        "password has at least 12 characters. It is asked for twice."
    );
    add_store_flag(arguments, store);
    add_roles_flag(arguments, roles);
    add_password_flag(arguments, file);
    if (!arguments.parse(words, 1, 1)) return 0;
    const auto& name = arguments.words()[0];
    const auto given = parse_roles(roles);
    const auto url = store_url(store);
    require_current_schema(url);
    const auto password = read_new_password(file);
    change_accounts(url, [&](store::Accounts& accounts) {
        return accounts.add(name, password, given);
    });
    std::cout << name << " may sign in: " << given.text() << '\n';
    return 0;
}

}  // namespace lars::cli

#include "cli/account_edit.hpp"
#include "cli/commands.hpp"
#include "cli/store_access.hpp"
#include "cli/system_user.hpp"
#include "store/access_tokens.hpp"

#include <iostream>

namespace lars::cli {
namespace {

constexpr std::chrono::minutes kLifetime{10};

}  // namespace

int console_link(const Words& words) {
    std::string store;
    std::string roles = "admin";
    Arguments arguments(
        "console link",
        "",
        "Prints a secret that signs in to the console once, within ten minutes, without an "
        "account."
    );
    add_store_flag(arguments, store);
    add_roles_flag(arguments, roles);
    if (!arguments.parse(words, 0, 0)) return 0;
    store::NewToken wanted;
    wanted.kind = store::TokenKind::link;
    wanted.roles = parse_roles(roles);
    wanted.label = system_user().substr(0, 200);
    wanted.lifetime = kLifetime;
    const auto made =
        run_on_store<store::MadeToken>(store_url(store), [&wanted](store::Database& each) {
            return store::AccessTokens(each).make(wanted);
        });
    std::cout << made.secret << '\n';
    std::cerr << "lars: signs in once within ten minutes: " << wanted.roles.text() << '\n';
    return 0;
}

}  // namespace lars::cli

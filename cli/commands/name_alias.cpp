#include "cli/commands.hpp"
#include "cli/store_access.hpp"
#include "store/names.hpp"

#include <iostream>

namespace lars::cli {

int name_alias(const Words& words) {
    std::string store;
    Arguments arguments(
        "name alias",
        "ALIAS NAME",
        "Gives a module that has a name a further one, which follows that wherever it is pointed."
    );
    add_store_flag(arguments, store);
    if (!arguments.parse(words, 2, 2)) return 0;
    const auto& given = arguments.words();
    const auto done = edit_store<store::NameEdit>(store_url(store), [&](store::Database& each) {
        return store::Names(each).add_alias(given[0], given[1]);
    });
    std::cout << given[0] << " is an alias of " << done.named.target
              << (done.changed ? "" : " already") << '\n';
    return 0;
}

}  // namespace lars::cli

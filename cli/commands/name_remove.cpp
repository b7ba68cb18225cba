#include "cli/commands.hpp"
#include "cli/store_access.hpp"
#include "store/names.hpp"

#include <iostream>

namespace lars::cli {

int name_remove(const Words& words) {
    std::string store;
    Arguments arguments(
        "name remove",
        "NAME",
        "Removes a name with its aliases, or one alias. The module keeps its ids, routes and\n"
        "policy; who asks for it by that name is told that it doesn't exist."
    );
    add_store_flag(arguments, store);
    if (!arguments.parse(words, 1, 1)) return 0;
    const auto& name = arguments.words()[0];
    const auto removed = edit_store<std::size_t>(store_url(store), [&](store::Database& each) {
        return store::Names(each).remove(name);
    });
    std::cout << removed << " removed\n";
    return 0;
}

}  // namespace lars::cli

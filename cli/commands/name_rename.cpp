#include "cli/commands.hpp"
#include "cli/store_access.hpp"
#include "store/names.hpp"

#include <iostream>

namespace lars::cli {

int name_rename(const Words& words) {
    std::string store;
    Arguments arguments(
        "name rename",
        "OLD NEW",
        "Renames a module. Its old name stays as an alias, since programs go on to say it, until\n"
        "lars name remove OLD."
    );
    add_store_flag(arguments, store);
    if (!arguments.parse(words, 2, 2)) return 0;
    const auto& given = arguments.words();
    const auto done = edit_store<store::NameEdit>(store_url(store), [&](store::Database& each) {
        return store::Names(each).rename(given[0], given[1]);
    });
    if (done.changed) {
        std::cout << "module " << to_string(done.named.module) << " is called " << given[1]
                  << ", and " << given[0] << " is an alias of that\n";
    } else {
        std::cout << "already so\n";
    }
    return 0;
}

}  // namespace lars::cli

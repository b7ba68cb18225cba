#include "cli/commands.hpp"
#include "cli/module_lookup.hpp"
#include "cli/store_access.hpp"
#include "store/names.hpp"

#include <iostream>

namespace lars::cli {

int name_point(const Words& words) {
    std::string store;
    Arguments arguments(
        "name point",
        "NAME MODID CMDID",
        "Lets a name, and its aliases with it, stand for another module, which has no name of its\n"
        "own. Callers that use the name follow at once."
    );
    add_store_flag(arguments, store);
    if (!arguments.parse(words, 3, 3)) return 0;
    const auto& given = arguments.words();
    const ModuleId module{parse_id(given[1], "MODID"), parse_id(given[2], "CMDID")};
    const auto done = edit_store<store::NameEdit>(store_url(store), [&](store::Database& each) {
        return store::Names(each).point(given[0], module);
    });
    std::cout << given[0] << " is module " << to_string(module)
              << (done.changed ? " now" : " already") << '\n';
    return 0;
}

}  // namespace lars::cli

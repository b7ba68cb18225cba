#include "cli/commands.hpp"
#include "cli/module_lookup.hpp"
#include "cli/route_rows.hpp"
#include "cli/store_access.hpp"
#include "store/route_edits.hpp"

#include <iostream>

namespace lars::cli {

int route_remove(const Words& words) {
    std::string store;
    Arguments arguments(
        "route remove",
        "MODID CMDID | NAME  HOST:PORT...",
        "Removes endpoints of a module that somebody wrote, all or none: each must be there. What "
        "an\n"
        "agent registered is withdrawn at its host, with lars service withdraw."
    );
    add_store_flag(arguments, store);
    if (!arguments.parse_module(words, 1, kAnyNumber)) return 0;
    const auto url = store_url(store);
    const auto module = find_module(url, *arguments.module_word());
    const auto rows = rows_of(arguments, 0, module, admin::Uncallable::allowed);
    const auto removed = edit_store<std::size_t>(url, [&rows](store::Database& each) {
        return store::RouteEdits(each).remove(rows);
    });
    std::cout << removed << " removed\n";
    return 0;
}

}  // namespace lars::cli

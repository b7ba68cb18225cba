#include "cli/commands.hpp"
#include "cli/module_lookup.hpp"
#include "cli/route_rows.hpp"
#include "cli/store_access.hpp"
#include "store/route_edits.hpp"

#include <iostream>

namespace lars::cli {

int route_weight(const Words& words) {
    std::string store;
    Arguments arguments(
        "route weight",
        "MODID CMDID | NAME  WEIGHT IP:PORT...",
        "Sets the weight of endpoints that a module has, all or none: their share of the calls\n"
        "beside the others' weights, 0 to 65535. 0 drains: no new calls, unless all weights are 0."
    );
    add_store_flag(arguments, store);
    if (!arguments.parse_module(words, 2, kAnyNumber)) return 0;
    const auto weight = arguments.weight(0);
    const auto url = store_url(store);
    const auto module = find_module(url, *arguments.module_word());
    const auto rows = rows_of(arguments, 1, module, weight);
    const auto changed = run_on_store<std::size_t>(url, [&rows](store::Database& each) {
        return store::RouteEdits(each).set_weights(rows);
    });
    std::cout << changed << " changed\n";
    return 0;
}

}  // namespace lars::cli

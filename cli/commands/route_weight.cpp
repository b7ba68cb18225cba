#include "cli/commands.hpp"
#include "cli/route_rows.hpp"

namespace lars::cli {

int route_weight(const Words& words) {
    std::string store;
    Arguments arguments(
        "route weight",
        "MODID CMDID | NAME  WEIGHT HOST:PORT...",
        "Sets the weight of endpoints that a module has, all or none: their share of the calls\n"
        "beside the others' weights, 0 to 65535. 0 drains: no new calls, unless all weights are 0."
    );
    add_store_flag(arguments, store);
    if (!arguments.parse_module(words, 2, kAnyNumber)) return 0;
    store::RouteEdit edit;
    edit.weight = arguments.weight(0);
    change_rows(arguments, 1, store_url(store), edit);
    return 0;
}

}  // namespace lars::cli

#include "cli/commands.hpp"
#include "cli/route_rows.hpp"

namespace lars::cli {

int route_zone(const Words& words) {
    std::string store;
    Arguments arguments(
        "route zone",
        "MODID CMDID | NAME  ZONE HOST:PORT...",
        "Says where endpoints that a module has are, all or none: REGION/ZONE, such as eu-1/a.\n"
        "Agents of that zone prefer them, and then those of the region. '-' says that it isn't\n"
        "known."
    );
    add_store_flag(arguments, store);
    if (!arguments.parse_module(words, 2, kAnyNumber)) return 0;
    store::RouteEdit edit;
    const auto& zone = arguments.words()[0];
    edit.zone = zone == "-" ? std::string() : checked_zone(zone);
    change_rows(arguments, 1, store_url(store), edit);
    return 0;
}

}  // namespace lars::cli

#include "cli/commands.hpp"
#include "cli/route_rows.hpp"
#include "cli/store_access.hpp"

namespace lars::cli {

int route_add(const Words& words) {
    std::string store;
    std::uint32_t weight = kDefaultWeight;
    Arguments arguments(
        "route add",
        "MODID CMDID IP:PORT...",
        "Adds endpoints to a module, all or none. One that is there already keeps its weight, or\n"
        "gets the one that is given."
    );
    add_store_flag(arguments, store);
    arguments.flags(
    )("weight",
      number(weight, kWeights),
      "its share of the calls beside the others' weights, 0 to 65535; 0: no calls [100]");
    if (!arguments.parse(words, 3, kAnyNumber)) return 0;
    std::optional<std::uint32_t> given;
    if (arguments.given("weight")) given = weight;
    write_rows(store_url(store), rows_of(arguments, 2, given));
    return 0;
}

}  // namespace lars::cli

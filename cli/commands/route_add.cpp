#include "cli/commands.hpp"
#include "cli/route_rows.hpp"
#include "cli/store_access.hpp"

namespace lars::cli {

int route_add(const Words& words) {
    std::string store;
    std::uint32_t weight = kDefaultWeight;
    Arguments arguments(
        "route add",
        "MODID CMDID | NAME  IP:PORT...",
        "Adds endpoints to a module, all or none. One that is there already keeps its weight, or\n"
        "gets the one that is given. A name that no module has is given to a new one."
    );
    add_store_flag(arguments, store);
    arguments.flags(
    )("weight",
      number(weight, kWeights),
      "its share of the calls beside the others' weights, 0 to 65535; 0: no calls [100]");
    if (!arguments.parse_module(words, 1, kAnyNumber)) return 0;
    std::optional<std::uint32_t> given;
    if (arguments.given("weight")) given = weight;
    const auto& module = *arguments.module_word();
    auto rows = rows_of(arguments, 0, module.id.value_or(ModuleId()), given);
    if (module.id) {
        write_rows(store_url(store), std::move(rows), {});
    } else {
        store::RowsByName named;
        named[module.name].rows = std::move(rows);
        write_rows(store_url(store), {}, std::move(named));
    }
    return 0;
}

}  // namespace lars::cli

#include "admin/routes_file.hpp"
#include "admin/table.hpp"
#include "cli/commands.hpp"
#include "cli/module_lookup.hpp"
#include "cli/route_rows.hpp"
#include "cli/store_access.hpp"

#include <iostream>

namespace lars::cli {

int route_list(const Words& words) {
    std::string store;
    Arguments arguments(
        "route list", "[MODID CMDID | NAME]", "Shows all routes, or those of a module."
    );
    add_store_flag(arguments, store);
    arguments.flags()("json", "print a JSON array");
    if (!arguments.parse_module(words, 0, 0, Arguments::Presence::optional)) return 0;
    const auto url = store_url(store);
    const auto module = find_module(url, arguments.module_word());
    const auto rows = read_rows(url, module);
    const auto names = read_module_names(url);
    if (arguments.given("json")) {
        std::cout << admin::format_routes(rows, admin::Format::json, names);
        return 0;
    }
    std::vector<std::vector<std::string>> table{{"MODID", "CMDID", "ENDPOINT", "WEIGHT"}};
    if (!names.empty()) table[0].insert(table[0].begin(), "NAME");
    for (const auto& row : rows) {
        table.push_back(
            {std::to_string(row.module.modid),
             std::to_string(row.module.cmdid),
             to_string(row.endpoint),
             std::to_string(row.weight.value_or(kDefaultWeight))}
        );
        auto& cells = table.back();
        if (!names.empty()) cells.insert(cells.begin(), admin::name_of(row.module, names));
    }
    std::cout << admin::format_table(table);
    if (rows.empty()) {
        std::cerr << "lars: "
                  << (module ? "module " + admin::module_text(*module, names) + " has" : "there are"
                     )
                  << " no routes\n";
    }
    return 0;
}

}  // namespace lars::cli

#include "admin/routes_file.hpp"
#include "admin/table.hpp"
#include "cli/commands.hpp"
#include "cli/route_rows.hpp"
#include "cli/store_access.hpp"

#include <iostream>

namespace lars::cli {

int route_list(const Words& words) {
    std::string store;
    Arguments arguments("route list", "[MODID CMDID]", "Shows all routes, or those of a module.");
    add_store_flag(arguments, store);
    arguments.flags()("json", "print a JSON array");
    if (!arguments.parse(words, 0, 2)) return 0;
    std::optional<ModuleId> module;
    if (!arguments.words().empty()) module = arguments.module();
    const auto rows = read_rows(store_url(store), module);
    if (arguments.given("json")) {
        std::cout << admin::format_routes(rows, admin::Format::json);
        return 0;
    }
    std::vector<std::vector<std::string>> table{{"MODID", "CMDID", "ENDPOINT", "WEIGHT"}};
    for (const auto& row : rows) {
        table.push_back(
            {std::to_string(row.module.modid),
             std::to_string(row.module.cmdid),
             to_string(row.endpoint),
             std::to_string(row.weight.value_or(kDefaultWeight))}
        );
    }
    std::cout << admin::format_table(table);
    if (rows.empty()) {
        std::cerr << "lars: " << (module ? "module " + to_string(*module) + " has" : "there are")
                  << " no routes\n";
    }
    return 0;
}

}  // namespace lars::cli

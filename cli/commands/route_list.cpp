#include "admin/routes_file.hpp"
#include "admin/split_text.hpp"
#include "admin/table.hpp"
#include "cli/commands.hpp"
#include "cli/module_lookup.hpp"
#include "cli/route_rows.hpp"
#include "cli/store_access.hpp"

#include <algorithm>
#include <iostream>

namespace lars::cli {
namespace {

std::string table_of(const Rows& rows, const admin::NamesById& names) {
    const bool zones = std::ranges::any_of(rows, [](const auto& row) { return *row.zone != ""; });
    const bool tags = std::ranges::any_of(rows, [](const auto& row) { return *row.tags != ""; });
    std::vector<std::string> heading{"MODID", "CMDID", "ENDPOINT", "WEIGHT"};
    if (!names.empty()) heading.insert(heading.begin(), "NAME");
    if (zones) heading.push_back("ZONE");
    if (tags) heading.push_back("TAGS");
    std::vector<std::vector<std::string>> table{std::move(heading)};
    for (const auto& row : rows) {
        auto& cells = table.emplace_back();
        if (!names.empty()) cells.push_back(admin::name_of(row.module, names));
        cells.push_back(std::to_string(row.module.modid));
        cells.push_back(std::to_string(row.module.cmdid));
        cells.push_back(store::target_of(row));
        cells.push_back(std::to_string(*row.weight));
        if (zones) cells.push_back(*row.zone);
        if (tags) cells.push_back(*row.tags);
    }
    return admin::format_table(table);
}

}  // namespace

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
    const auto listing = read_listing(url, module);
    const auto& rows = listing.rows;
    const auto names = read_module_names(url);
    if (arguments.given("json")) {
        std::cout << admin::format_routes(rows, admin::Format::json, names);
        return 0;
    }
    std::cout << table_of(rows, names);
    for (const auto& split : listing.splits) {
        std::cout << admin::module_text(split.module, names) << ": endpoints with " << split.tag
                  << " get " << admin::share_text(split) << " of the calls\n";
    }
    if (rows.empty()) {
        std::cerr << "lars: "
                  << (module ? "module " + admin::module_text(*module, names) + " has" : "there are"
                     )
                  << " no routes\n";
    }
    return 0;
}

}  // namespace lars::cli

#include "admin/instance_text.hpp"
#include "admin/routes_file.hpp"
#include "admin/split_text.hpp"
#include "admin/table.hpp"
#include "cli/commands.hpp"
#include "cli/module_lookup.hpp"
#include "cli/route_rows.hpp"
#include "cli/store_access.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <iostream>

namespace lars::cli {
namespace {

using Instances = std::vector<store::ListedInstance>;

/// A line of the table: a row that somebody wrote, or an instance.
struct Line {
    ModuleId module;
    std::string endpoint;
    std::uint32_t weight = 0;
    std::string zone;
    std::string tags;
    std::vector<std::string> instance;  ///< owner, state and since; empty: it is none
};

std::vector<Line> lines_of(const Rows& rows, const Instances& instances) {
    std::vector<Line> lines;
    for (const auto& row : rows) {
        lines.push_back({row.module, store::target_of(row), *row.weight, *row.zone, *row.tags, {}});
    }
    for (const auto& each : instances) {
        const auto& row = each.row;
        lines.push_back(
            {row.module,
             to_string(row.endpoint),
             row.weight,
             row.zone,
             row.tags,
             {admin::owner_text(each), admin::state_text(each), admin::since_text(each)}}
        );
    }
    std::ranges::stable_sort(lines, {}, &Line::module);
    return lines;
}

std::string table_of(const std::vector<Line>& lines, const admin::NamesById& names) {
    const bool zones = std::ranges::any_of(lines, [](const Line& line) { return line.zone != ""; });
    const bool tags = std::ranges::any_of(lines, [](const Line& line) { return line.tags != ""; });
    const bool owners =
        std::ranges::any_of(lines, [](const Line& line) { return !line.instance.empty(); });
    std::vector<std::string> heading{"MODID", "CMDID", "ENDPOINT", "WEIGHT"};
    if (!names.empty()) heading.insert(heading.begin(), "NAME");
    if (zones) heading.push_back("ZONE");
    if (tags) heading.push_back("TAGS");
    if (owners) heading.insert(heading.end(), {"REGISTERED BY", "STATE", "SINCE (UTC)"});
    std::vector<std::vector<std::string>> table{std::move(heading)};
    for (const auto& line : lines) {
        auto& cells = table.emplace_back();
        if (!names.empty()) cells.push_back(admin::name_of(line.module, names));
        cells.push_back(std::to_string(line.module.modid));
        cells.push_back(std::to_string(line.module.cmdid));
        cells.push_back(line.endpoint);
        cells.push_back(std::to_string(line.weight));
        if (zones) cells.push_back(line.zone);
        if (tags) cells.push_back(line.tags);
        if (!owners) continue;
        const auto& instance = line.instance;
        if (instance.empty()) {
            cells.insert(cells.end(), {"-", "", ""});
        } else {
            cells.insert(cells.end(), instance.begin(), instance.end());
        }
    }
    return admin::format_table(table);
}

Instances read_instances(const store::Url& url, std::optional<ModuleId> module) {
    return run_on_store<Instances>(url, [module](store::Database& each) {
        return store::list_instances(each, module);
    });
}

boost::json::array instances_json(const Instances& instances, const admin::NamesById& names) {
    boost::json::array all;
    for (const auto& each : instances) {
        const auto& row = each.row;
        boost::json::object object{
            {"modid", row.module.modid},
            {"cmdid", row.module.cmdid},
            {"host", address_to_string(row.endpoint)},
            {"port", row.endpoint.port},
            {"weight", row.weight},
            {"zone", row.zone},
            {"tags", row.tags},
            {"owner", to_hex(row.owner)},
            {"owner_host", each.host},
            {"state", to_string(row.state)},
            {"reason", row.reason},
            {"since", each.since},
            {"held", each.held}};
        if (const auto& name = admin::name_of(row.module, names); !name.empty())
            object["name"] = name;
        all.push_back(std::move(object));
    }
    return all;
}

}  // namespace

int route_list(const Words& words) {
    std::string store;
    Arguments arguments(
        "route list",
        "[MODID CMDID | NAME]",
        "Shows all routes, or those of a module: rows that somebody wrote, and instances that\n"
        "agents registered, with the host of the agent and how they stand."
    );
    add_store_flag(arguments, store);
    arguments.flags()("json", "print a JSON array of rows, as `lars route import` reads it")(
        "instances", "instances only"
    );
    if (!arguments.parse_module(words, 0, 0, Arguments::Presence::optional)) return 0;
    const auto url = store_url(store);
    const auto module = find_module(url, arguments.module_word());
    auto listing = read_listing(url, module);
    auto& rows = listing.rows;
    const auto names = read_module_names(url);
    const bool only_instances = arguments.given("instances");
    if (only_instances && arguments.given("json")) {
        const auto all = instances_json(read_instances(url, module), names);
        std::cout << boost::json::serialize(all) << '\n';
        return 0;
    }
    if (only_instances) rows.clear();
    if (arguments.given("json")) {
        std::cout << admin::format_routes(rows, admin::Format::json, names);
        return 0;
    }
    const auto lines = lines_of(rows, read_instances(url, module));
    std::cout << table_of(lines, names);
    for (const auto& split : listing.splits) {
        std::cout << admin::module_text(split.module, names) << ": endpoints with " << split.tag
                  << " get " << admin::share_text(split) << " of the calls\n";
    }
    if (lines.empty()) {
        std::cerr << "lars: "
                  << (module ? "module " + admin::module_text(*module, names) + " has" : "there are"
                     )
                  << " no routes\n";
    }
    return 0;
}

}  // namespace lars::cli

#include "cli/commands.hpp"
#include "cli/progress.hpp"
#include "cli/routes_file.hpp"
#include "cli/store_access.hpp"
#include "cli/table.hpp"

#include <fstream>
#include <iostream>
#include <iterator>

namespace lars::cli {
namespace {

using Rows = std::vector<store::RouteRow>;

Rows read_rows(const store::Url& url, std::optional<ModuleId> module) {
    return run_on_store<Rows>(url, [module](store::Store& store) { return store.list(module); });
}

/// From the word `first` on, each with that weight.
Rows rows_of(const Arguments& arguments, std::size_t first, std::optional<std::uint32_t> weight) {
    Rows rows;
    for (std::size_t i = first; i < arguments.words().size(); ++i) {
        rows.push_back({arguments.module(), arguments.endpoint(i), weight});
    }
    return rows;
}

void put_rows(const store::Url& url, const Rows& rows) {
    ProgressBar bar(rows.size(), "rows");
    const auto done = run_on_store<store::PutCount>(url, [&rows, &bar](store::Store& store) {
        return store.put(rows, [&bar](std::size_t count) { bar.show(count); });
    });
    std::cout << done.added << " added, " << rows.size() - done.added << " already there";
    if (done.reweighted > 0) std::cout << ", " << done.reweighted << " given another weight";
    std::cout << '\n';
}

std::string read_all(const std::string& path) {
    if (path == "-") {
        return {std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>()};
    }
    std::ifstream file(path, std::ios::binary);
    if (!file) throw Failure(path + ": cannot open");
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

Format chosen_format(const std::string& name, const std::string& path) {
    if (name.empty()) return format_of(path);
    if (name == "csv") return Format::csv;
    if (name == "json") return Format::json;
    throw UsageError("--format '" + name + "' is not csv or json");
}

}  // namespace

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
        std::cout << format_routes(rows, Format::json);
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
    std::cout << format_table(table);
    return 0;
}

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
    put_rows(store_url(store), rows_of(arguments, 2, given));
    return 0;
}

int route_weight(const Words& words) {
    std::string store;
    Arguments arguments(
        "route weight",
        "MODID CMDID WEIGHT IP:PORT...",
        "Sets the weight of endpoints that a module has, all or none: their share of the calls\n"
        "beside the others' weights, 0 to 65535. 0 drains: no new calls, unless all weights are 0."
    );
    add_store_flag(arguments, store);
    if (!arguments.parse(words, 4, kAnyNumber)) return 0;
    const auto rows = rows_of(arguments, 3, arguments.weight(2));
    const auto changed = run_on_store<std::size_t>(store_url(store), [&rows](store::Store& each) {
        return each.set_weights(rows);
    });
    std::cout << changed << " changed\n";
    return 0;
}

int route_remove(const Words& words) {
    std::string store;
    Arguments arguments(
        "route remove", "MODID CMDID IP:PORT...", "Removes endpoints of a module, all or none."
    );
    add_store_flag(arguments, store);
    if (!arguments.parse(words, 3, kAnyNumber)) return 0;
    const auto rows = rows_of(arguments, 2, {});
    const auto removed = run_on_store<std::size_t>(store_url(store), [&rows](store::Store& each) {
        return each.remove(rows);
    });
    std::cout << removed << " removed\n";
    return 0;
}

int route_import(const Words& words) {
    std::string store;
    std::string format;
    Arguments arguments(
        "route import",
        "FILE",
        "Adds the routes of a file, or of standard input (-): all or none. An endpoint that is\n"
        "there already gets the weight that the file says, if it says one."
    );
    add_store_flag(arguments, store);
    arguments.flags(
    )("format",
      boost::program_options::value<std::string>(&format),
      "csv or json, unless the file's name says it");
    if (!arguments.parse(words, 1, 1)) return 0;
    const auto& path = arguments.words()[0];
    const auto parsed = parse_routes(read_all(path), chosen_format(format, path));
    for (const auto& error : parsed.errors) std::cerr << path << ", " << error << '\n';
    if (!parsed.errors.empty()) {
        throw Failure(std::to_string(parsed.errors.size()) + " bad lines: nothing was imported");
    }
    put_rows(store_url(store), parsed.rows);
    return 0;
}

int route_export(const Words& words) {
    std::string store;
    std::string format;
    Arguments arguments("route export", "[FILE]", "Writes all routes to a file, or prints them.");
    add_store_flag(arguments, store);
    arguments.flags(
    )("format",
      boost::program_options::value<std::string>(&format),
      "csv or json, unless the file's name says it");
    if (!arguments.parse(words, 0, 1)) return 0;
    const auto path = arguments.words().empty() ? std::string("-") : arguments.words()[0];
    const auto text = format_routes(read_rows(store_url(store), {}), chosen_format(format, path));
    if (path == "-") {
        std::cout << text;
        return 0;
    }
    std::ofstream file(path, std::ios::binary);
    if (!(file << text << std::flush)) throw Failure(path + ": cannot write");
    return 0;
}

}  // namespace lars::cli

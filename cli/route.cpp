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

Rows rows_of(const Arguments& arguments) {
    Rows rows;
    for (std::size_t i = 2; i < arguments.words().size(); ++i) {
        rows.push_back({arguments.module(), arguments.endpoint(i)});
    }
    return rows;
}

std::size_t add_rows(const store::Url& url, const Rows& rows) {
    ProgressBar bar(rows.size(), "rows");
    return run_on_store<std::size_t>(url, [&rows, &bar](store::Store& store) {
        return store.add(rows, [&bar](std::size_t done) { bar.show(done); });
    });
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
    std::vector<std::vector<std::string>> table{{"MODID", "CMDID", "ENDPOINT"}};
    for (const auto& row : rows) {
        table.push_back(
            {std::to_string(row.module.modid),
             std::to_string(row.module.cmdid),
             to_string(row.endpoint)}
        );
    }
    std::cout << format_table(table);
    return 0;
}

int route_add(const Words& words) {
    std::string store;
    Arguments arguments(
        "route add", "MODID CMDID IP:PORT...", "Adds endpoints to a module, all or none."
    );
    add_store_flag(arguments, store);
    if (!arguments.parse(words, 3, kAnyNumber)) return 0;
    const auto rows = rows_of(arguments);
    const auto added = add_rows(store_url(store), rows);
    std::cout << added << " added, " << rows.size() - added << " already there\n";
    return 0;
}

int route_remove(const Words& words) {
    std::string store;
    Arguments arguments(
        "route remove", "MODID CMDID IP:PORT...", "Removes endpoints of a module, all or none."
    );
    add_store_flag(arguments, store);
    if (!arguments.parse(words, 3, kAnyNumber)) return 0;
    const auto rows = rows_of(arguments);
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
        "route import", "FILE", "Adds the routes of a file, or of standard input (-): all or none."
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
    const auto added = add_rows(store_url(store), parsed.rows);
    std::cout << added << " added, " << parsed.rows.size() - added << " already there\n";
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

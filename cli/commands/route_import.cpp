#include "admin/routes_file.hpp"
#include "cli/commands.hpp"
#include "cli/file_format.hpp"
#include "cli/route_rows.hpp"
#include "cli/store_access.hpp"

#include <fstream>
#include <iostream>
#include <iterator>

namespace lars::cli {
namespace {

std::string read_all(const std::string& path) {
    if (path == "-") {
        return {std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>()};
    }
    std::ifstream file(path, std::ios::binary);
    if (!file) throw Failure(path + ": cannot open");
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace

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
    add_format_flag(arguments, format);
    if (!arguments.parse(words, 1, 1)) return 0;
    const auto& path = arguments.words()[0];
    const auto parsed = admin::parse_routes(read_all(path), chosen_format(format, path));
    for (const auto& error : parsed.errors) std::cerr << path << ", " << error << '\n';
    if (!parsed.errors.empty()) {
        throw Failure(std::to_string(parsed.errors.size()) + " bad lines: nothing was imported");
    }
    write_rows(store_url(store), parsed.rows);
    return 0;
}

}  // namespace lars::cli

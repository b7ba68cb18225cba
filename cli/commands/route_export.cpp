#include "admin/routes_file.hpp"
#include "cli/commands.hpp"
#include "cli/file_format.hpp"
#include "cli/route_rows.hpp"
#include "cli/store_access.hpp"

#include <fstream>
#include <iostream>

namespace lars::cli {

int route_export(const Words& words) {
    std::string store;
    std::string format;
    Arguments arguments("route export", "[FILE]", "Writes all routes to a file, or prints them.");
    add_store_flag(arguments, store);
    add_format_flag(arguments, format);
    if (!arguments.parse(words, 0, 1)) return 0;
    const auto path = arguments.words().empty() ? std::string("-") : arguments.words()[0];
    const auto text =
        admin::format_routes(read_rows(store_url(store), {}), chosen_format(format, path));
    if (path == "-") {
        std::cout << text;
        return 0;
    }
    std::ofstream file(path, std::ios::binary);
    if (!(file << text << std::flush)) throw Failure(path + ": cannot write");
    return 0;
}

}  // namespace lars::cli

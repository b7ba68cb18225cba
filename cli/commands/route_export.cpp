#include "admin/routes_file.hpp"
#include "cli/commands.hpp"
#include "cli/file_format.hpp"
#include "cli/module_lookup.hpp"
#include "cli/route_rows.hpp"
#include "cli/store_access.hpp"
#include "cli/text_file.hpp"

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
    const auto chosen = chosen_format(format, path);
    const auto url = store_url(store);
    const auto rows = read_rows(url, {});
    write_text(path, admin::format_routes(rows, chosen, read_module_names(url)));
    if (path != "-") std::cout << rows.size() << " exported\n";
    return 0;
}

}  // namespace lars::cli

#include "admin/routes_file.hpp"
#include "cli/commands.hpp"
#include "cli/file_format.hpp"
#include "cli/route_rows.hpp"
#include "cli/store_access.hpp"
#include "cli/text_file.hpp"

#include <iostream>

namespace lars::cli {
int route_import(const Words& words) {
    std::string store;
    std::string format;
    Arguments arguments(
        "route import",
        "FILE",
        "Adds the routes of a file, or of standard input (-): all or none. An endpoint that is\n"
        "there already gets the weight, zone and tags that the file says, if it does. CSV has the\n"
        "columns modid,cmdid,host,port,weight, or those of its heading; JSON an array of objects\n"
        "with members of these names. A host is an address or a DNS name. The weight, zone\n"
        "(eu-1/a) and tags (key=value, with commas between) may be left out. A column or member\n"
        "name has what the module is called, beside the ids or in their place; new names are made."
    );
    add_store_flag(arguments, store);
    add_format_flag(arguments, format);
    if (!arguments.parse(words, 1, 1)) return 0;
    const auto& path = arguments.words()[0];
    auto parsed = admin::parse_routes(read_text(path), chosen_format(format, path));
    const auto name = path == "-" ? "standard input" : path;
    for (const auto& error : parsed.errors) std::cerr << name << ", " << error << '\n';
    if (const auto count = parsed.refused; count > 0) {
        const auto shown = parsed.errors.size();
        throw Failure(
            std::to_string(count) + (count == 1 ? " error" : " errors") +
            (shown < count ? ", of which these are the first " + std::to_string(shown) : "") +
            ": nothing was imported"
        );
    }
    write_rows(store_url(store), std::move(parsed.rows), std::move(parsed.named));
    return 0;
}

}  // namespace lars::cli

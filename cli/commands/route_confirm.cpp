#include "cli/commands.hpp"
#include "cli/store_access.hpp"
#include "store/route_edits.hpp"

#include <boost/json.hpp>

#include <iostream>

namespace lars::cli {

int route_confirm(const Words& words) {
    std::string store;
    Arguments arguments(
        "route confirm",
        "",
        "Says that the table of routes is right as it is now: every dns then serves it, also what\n"
        "it held, and agents follow whose routes are from another store or from a later version.\n"
        "Look first: lars route held, lars route list."
    );
    add_store_flag(arguments, store);
    arguments.flags()("json", "print a JSON object");
    if (!arguments.parse(words, 0, 0)) return 0;
    const auto done = edit_store<store::Confirmation>(store_url(store), [](store::Database& each) {
        return store::RouteEdits(each).confirm();
    });
    if (arguments.given("json")) {
        const boost::json::object object{
            {"rows", done.rows}, {"version", done.version}, {"adopted_stores", done.adopted}};
        std::cout << boost::json::serialize(object) << '\n';
    } else {
        std::cout << "confirmed: " << done.rows << " rows at version " << done.version;
        if (done.adopted > 0) std::cout << ", in place of " << done.adopted << " other stores";
        std::cout << '\n';
    }
    return 0;
}

}  // namespace lars::cli

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
        "it held. Look first: lars route held, lars route list."
    );
    add_store_flag(arguments, store);
    arguments.flags()("json", "print a JSON object");
    if (!arguments.parse(words, 0, 0)) return 0;
    const auto done = run_on_store<store::Confirmation>(
        store_url(store), [](store::Database& each) { return store::RouteEdits(each).confirm(); }
    );
    if (arguments.given("json")) {
        const boost::json::object object{{"rows", done.rows}, {"version", done.version}};
        std::cout << boost::json::serialize(object) << '\n';
    } else {
        std::cout << "confirmed: " << done.rows << " rows at version " << done.version << '\n';
    }
    return 0;
}

}  // namespace lars::cli

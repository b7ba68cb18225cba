#include "admin/policy_json.hpp"
#include "admin/policy_text.hpp"
#include "cli/commands.hpp"
#include "cli/module_lookup.hpp"
#include "cli/store_access.hpp"
#include "store/policies.hpp"

#include <iostream>

namespace lars::cli {

int policy_list(const Words& words) {
    std::string store;
    Arguments arguments(
        "policy list",
        "[MODID CMDID | NAME]",
        "Shows the modules that have a policy of their own, or that of one module. The others are\n"
        "balanced as their agents are configured."
    );
    add_store_flag(arguments, store);
    arguments.flags()("json", "print a JSON array");
    if (!arguments.parse_module(words, 0, 0, Arguments::Presence::optional)) return 0;
    const auto url = store_url(store);
    const auto module = find_module(url, arguments.module_word());
    const auto names = read_module_names(url);
    const auto rows = run_on_store<std::vector<store::PolicyRow>>(
        url, [module](store::Database& each) { return store::Policies(each).list(module); }
    );
    if (arguments.given("json")) {
        std::cout << boost::json::serialize(admin::policies_json(rows, names)) << '\n';
    } else {
        std::cout << admin::format_policies(rows, names);
        if (rows.empty()) {
            std::cerr << "lars: "
                      << (module ? "module " + admin::module_text(*module, names) + " has"
                                 : "there is")
                      << " no policy\n";
        }
    }
    return 0;
}

}  // namespace lars::cli

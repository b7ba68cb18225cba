#include "admin/policy_json.hpp"
#include "admin/policy_text.hpp"
#include "cli/commands.hpp"
#include "cli/store_access.hpp"
#include "store/policies.hpp"

#include <iostream>

namespace lars::cli {

int policy_list(const Words& words) {
    std::string store;
    Arguments arguments(
        "policy list",
        "[MODID CMDID]",
        "Shows the modules that have a policy of their own, or that of one module. The others are\n"
        "balanced as their agents are configured."
    );
    add_store_flag(arguments, store);
    arguments.flags()("json", "print a JSON array");
    if (!arguments.parse(words, 0, 2)) return 0;
    std::optional<ModuleId> module;
    if (!arguments.words().empty()) module = arguments.module();
    const auto rows = run_on_store<std::vector<store::PolicyRow>>(
        store_url(store),
        [module](store::Database& each) { return store::Policies(each).list(module); }
    );
    if (arguments.given("json")) {
        std::cout << boost::json::serialize(admin::policies_json(rows)) << '\n';
    } else {
        std::cout << admin::format_policies(rows);
        if (rows.empty()) {
            std::cerr << "lars: " << (module ? "module " + to_string(*module) + " has" : "there is")
                      << " no policy\n";
        }
    }
    return 0;
}

}  // namespace lars::cli

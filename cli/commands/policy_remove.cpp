#include "cli/commands.hpp"
#include "cli/module_lookup.hpp"
#include "cli/store_access.hpp"
#include "store/policies.hpp"

#include <iostream>

namespace lars::cli {

int policy_remove(const Words& words) {
    std::string store;
    Arguments arguments(
        "policy remove",
        "MODID CMDID | NAME",
        "Leaves it to the agents again how a module is balanced."
    );
    add_store_flag(arguments, store);
    if (!arguments.parse_module(words, 0, 0)) return 0;
    const auto url = store_url(store);
    const auto& module = *arguments.module_word();
    const auto id = find_module(url, module);
    const auto removed = edit_store<std::size_t>(url, [id](store::Database& each) {
        return store::Policies(each).remove(id);
    });
    if (removed == 0) {
        throw Failure(
            "module " + shown_module(module, id) + " has no policy, so nothing is removed"
        );
    }
    std::cout << removed << " removed\n";
    return 0;
}

}  // namespace lars::cli

#include "cli/commands.hpp"
#include "cli/store_access.hpp"
#include "store/policies.hpp"

#include <iostream>

namespace lars::cli {

int policy_remove(const Words& words) {
    std::string store;
    Arguments arguments(
        "policy remove", "MODID CMDID", "Leaves it to the agents again how a module is balanced."
    );
    add_store_flag(arguments, store);
    if (!arguments.parse(words, 2, 2)) return 0;
    const auto id = arguments.module();
    const auto removed = run_on_store<std::size_t>(store_url(store), [id](store::Database& each) {
        return store::Policies(each).remove(id);
    });
    if (removed == 0) {
        throw Failure("module " + to_string(id) + " has no policy, so nothing is removed");
    }
    std::cout << removed << " removed\n";
    return 0;
}

}  // namespace lars::cli

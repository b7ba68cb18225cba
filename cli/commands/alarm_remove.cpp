#include "cli/commands.hpp"
#include "cli/store_access.hpp"
#include "store/alarms.hpp"

#include <iostream>

namespace lars::cli {

int alarm_remove(const Words& words) {
    std::string store;
    Arguments arguments(
        "alarm remove", "ID...", "Removes rules, all or none; their alarms that fire are resolved."
    );
    add_store_flag(arguments, store);
    if (!arguments.parse(words, 1, kAnyNumber)) return 0;
    std::vector<std::uint32_t> ids;
    for (const auto& word : arguments.words()) {
        ids.push_back(static_cast<std::uint32_t>(parse_id(word, "ID")));
    }
    const auto removed = run_on_store<std::size_t>(store_url(store), [&ids](store::Database& each) {
        return store::Alarms(each).remove_rules(ids);
    });
    std::cout << removed << " removed\n";
    return 0;
}

}  // namespace lars::cli

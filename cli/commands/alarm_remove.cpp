#include "cli/commands.hpp"
#include "cli/store_access.hpp"
#include "store/alarms.hpp"

#include <iostream>

namespace lars::cli {

int alarm_remove(const Words& words) {
    std::string store;
    Arguments arguments(
        "alarm remove", "ID...", "Removes rules; their alarms that fire are resolved."
    );
    add_store_flag(arguments, store);
    if (!arguments.parse(words, 1, kAnyNumber)) return 0;
    std::vector<std::uint32_t> ids;
    for (const auto& word : arguments.words()) {
        ids.push_back(static_cast<std::uint32_t>(parse_id(word, "ID")));
    }
    const auto url = store_url(store);
    std::size_t removed = 0;
    for (const auto id : ids) {
        removed += run_on_store<std::size_t>(url, [id](store::Database& each) {
            return store::Alarms(each).remove_rule(id);
        });
    }
    std::cout << removed << " removed\n";
    return 0;
}

}  // namespace lars::cli

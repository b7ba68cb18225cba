#include "cli/commands.hpp"
#include "cli/store_access.hpp"
#include "cli/system_user.hpp"
#include "store/module_edits.hpp"

#include <iostream>

namespace lars::cli {

int undo(const Words& words) {
    std::string store;
    Arguments arguments(
        "undo",
        "ID",
        "Takes an edit of `lars history` back, if its module still is as it was after that."
    );
    add_store_flag(arguments, store);
    if (!arguments.parse(words, 1, 1)) return 0;
    const auto id = static_cast<std::uint64_t>(parse_id(arguments.words()[0], "ID"));
    const auto actor = system_user();
    const auto done = edit_store<store::EditOutcome>(store_url(store), [&](store::Database& each) {
        return store::ModuleEdits(each).undo(id, actor);
    });
    if (done.conflict) {
        throw Failure("the module was edited since, so nothing is changed; see: lars history");
    }
    std::cout << "undone: " << store::summary_of(done) << '\n';
    return 0;
}

}  // namespace lars::cli

#include "cli/commands.hpp"
#include "cli/store_access.hpp"
#include "store/names.hpp"

#include <iostream>

namespace lars::cli {

int name_add(const Words& words) {
    std::string store;
    Arguments arguments(
        "name add",
        "NAME [MODID CMDID]",
        "Names a module. Without ids, a new one, which gets some. A name is of lower-case "
        "letters,\n"
        "digits, '-' and dots. A module has one name; lars name alias gives further ones."
    );
    add_store_flag(arguments, store);
    if (!arguments.parse(words, 1, 3)) return 0;
    const auto& given = arguments.words();
    if (given.size() == 2) throw UsageError("MODID and CMDID go together");
    std::optional<ModuleId> module;
    if (given.size() == 3) module = {parse_id(given[1], "MODID"), parse_id(given[2], "CMDID")};
    const auto done = edit_store<store::NameEdit>(store_url(store), [&](store::Database& each) {
        return store::Names(each).add(given[0], module);
    });
    std::cout << done.named.name << " is module " << to_string(done.named.module)
              << (done.changed ? "" : " already") << '\n';
    return 0;
}

}  // namespace lars::cli

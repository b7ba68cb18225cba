#include "cli/commands.hpp"
#include "cli/route_rows.hpp"

namespace lars::cli {

int route_tag(const Words& words) {
    namespace po = boost::program_options;
    std::string store;
    store::RouteEdit edit;
    Arguments arguments(
        "route tag",
        "MODID CMDID | NAME  [KEY=VALUE...] HOST:PORT...",
        "Gives endpoints that a module has tags, by which callers choose some of them, all or\n"
        "none. A key has one value: a tag takes the place of the one with its key."
    );
    add_store_flag(arguments, store);
    arguments.flags(
    )("remove",
      po::value(&edit.untag)->composing()->value_name("KEY"),
      "take away the tag with that key");
    if (!arguments.parse_module(words, 1, kAnyNumber)) return 0;
    std::size_t first = 0;
    for (; first < arguments.words().size(); ++first) {
        const auto& word = arguments.words()[first];
        if (word.find('=') == word.npos) break;
        edit.tags.push_back(checked_tag(word));
    }
    if (edit.tags.empty() && edit.untag.empty()) {
        throw UsageError("no tag is given: KEY=VALUE, or --remove KEY");
    }
    if (first == arguments.words().size()) throw UsageError("no endpoint is given: HOST:PORT");
    change_rows(arguments, first, store_url(store), edit);
    return 0;
}

}  // namespace lars::cli

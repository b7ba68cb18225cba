#include "admin/module_names.hpp"
#include "admin/table.hpp"
#include "admin/time_text.hpp"
#include "cli/commands.hpp"
#include "cli/module_lookup.hpp"
#include "cli/store_access.hpp"
#include "store/edit_history.hpp"
#include "store/module_diff.hpp"

#include <boost/json.hpp>

#include <iostream>

namespace lars::cli {
namespace {

using Changes = std::vector<store::RouteChange>;
using Names = admin::NamesById;

constexpr app::Range<std::uint32_t> kLimits{1, 10'000};

std::string summary_of(const store::RouteChange& change) {
    auto before = store::parse_content(change.module, change.before_json);
    auto after = store::parse_content(change.module, change.after_json);
    if (!before || !after) return "not kept";
    store::ModuleEdit edit;
    edit.module = change.module;
    edit.etag = store::etag_of(*before);
    edit.wanted = std::move(after->rows);
    return store::summary_of(store::outcome_of(std::move(*before), edit));
}

boost::json::value content_of(const std::string& text) {
    boost::system::error_code error;
    auto value = boost::json::parse(text, error);
    return error ? boost::json::value() : value;
}

void print_json(const Changes& changes, const Names& names) {
    boost::json::array all;
    for (const auto& each : changes) {
        boost::json::object object{
            {"id", each.id},
            {"made_at", store::to_number(each.made_at)},
            {"actor", each.actor},
            {"action", each.action},
            {"modid", each.module.modid},
            {"cmdid", each.module.cmdid}};
        const auto named = names.find(each.module);
        if (named != names.end()) object["name"] = named->second;
        object["before"] = content_of(each.before_json);
        object["after"] = content_of(each.after_json);
        all.push_back(std::move(object));
    }
    std::cout << boost::json::serialize(all) << '\n';
}

void print_table(const Changes& changes, const Names& names) {
    std::vector<std::vector<std::string>> table{
        {"ID", "MADE (UTC)", "BY", "ACTION", "MODULE", "ENDPOINTS"}};
    for (const auto& each : changes) {
        table.push_back(
            {std::to_string(each.id),
             admin::time_text(each.made_at),
             each.actor,
             each.action,
             admin::module_text(each.module, names),
             summary_of(each)}
        );
    }
    std::cout << admin::format_table(table);
    if (changes.empty()) std::cerr << "lars: there are no edits\n";
}

}  // namespace

int history(const Words& words) {
    std::string store;
    std::uint32_t limit = 20;
    Arguments arguments(
        "history",
        "[MODID CMDID | NAME]",
        "Shows the latest edits of modules as a whole, as the console makes them; `lars undo` "
        "takes\none back. Edits by `lars route` aren't in it."
    );
    add_store_flag(arguments, store);
    arguments.flags()("json", "print a JSON array, with what was before and after")(
        "limit", number(limit, kLimits), "how many at most (20)"
    );
    if (!arguments.parse_module(words, 0, 0, Arguments::Presence::optional)) return 0;
    const auto url = store_url(store);
    const auto module = find_module(url, arguments.module_word());
    const auto changes = run_on_store<Changes>(url, [&](store::Database& each) {
        return store::EditHistory(each).list(module, 0, limit);
    });
    const auto names = read_module_names(url);
    if (arguments.given("json")) {
        print_json(changes, names);
    } else {
        print_table(changes, names);
    }
    return 0;
}

}  // namespace lars::cli

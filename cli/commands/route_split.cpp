#include "admin/module_names.hpp"
#include "admin/split_text.hpp"
#include "admin/table.hpp"
#include "cli/commands.hpp"
#include "cli/module_lookup.hpp"
#include "cli/route_rows.hpp"
#include "store/route_splits.hpp"

#include <boost/json.hpp>

#include <iostream>

namespace lars::cli {
namespace {

namespace json = boost::json;

using Splits = std::vector<store::SplitRow>;

Splits read_splits(const store::Url& url, std::optional<ModuleId> module) {
    return run_on_store<Splits>(url, [module](store::Database& each) {
        return store::RouteSplits(each).list(module);
    });
}

void print_json(const Splits& splits, const admin::NamesById& names) {
    json::array all;
    for (const auto& each : splits) {
        json::object object{
            {"modid", each.module.modid},
            {"cmdid", each.module.cmdid},
            {"tag", each.tag},
            {"percent", each.share_millionths / 10'000.0},
        };
        if (const auto& name = admin::name_of(each.module, names); !name.empty()) {
            object["name"] = name;
        }
        all.push_back(std::move(object));
    }
    std::cout << json::serialize(all) << '\n';
}

void print_table(const Splits& splits, const admin::NamesById& names) {
    std::vector<std::vector<std::string>> table{{"MODULE", "TAG", "SHARE"}};
    for (const auto& each : splits) {
        table.push_back({admin::module_text(each.module, names), each.tag, admin::share_text(each)}
        );
    }
    std::cout << admin::format_table(table);
}

void set_split(const store::Url& url, const store::SplitRow& split) {
    const auto changed = edit_store<std::size_t>(url, [&split](store::Database& each) {
        return store::RouteSplits(each).set(split);
    });
    std::cout << (changed > 0 ? "set: " : "as before: ") << split.tag << " gets "
              << admin::share_text(split) << '\n';
}

void remove_split(const store::Url& url, ModuleId module, const std::string& tag) {
    const auto removed = edit_store<std::size_t>(url, [&](store::Database& each) {
        return store::RouteSplits(each).remove(module, tag);
    });
    if (removed == 0) throw Failure("the module has no split of " + tag);
    std::cout << "removed\n";
}

}  // namespace

int route_split(const Words& words) {
    std::string store;
    Arguments arguments(
        "route split",
        "[MODID CMDID | NAME  [KEY=VALUE PERCENT]]",
        "Gives the endpoints with a tag together a share of their module's calls, as 5%, however\n"
        "many they are and become; the others share what is left by their weights. Without a\n"
        "tag, shows the splits that there are."
    );
    add_store_flag(arguments, store);
    arguments.flags()("remove", "let the endpoints with that tag count by their weights again")(
        "json", "print a JSON array"
    );
    if (!arguments.parse_module(words, 0, 2, Arguments::Presence::optional)) return 0;
    const auto url = store_url(store);
    const auto module = find_module(url, arguments.module_word());
    if (!module || arguments.words().empty()) {
        const auto splits = read_splits(url, module);
        const auto names = read_module_names(url);
        arguments.given("json") ? print_json(splits, names) : print_table(splits, names);
        return 0;
    }
    const auto& tag = checked_tag(arguments.words()[0]);
    if (arguments.given("remove")) {
        remove_split(url, *module, tag);
        return 0;
    }
    if (arguments.words().size() < 2) throw UsageError("the share is missing, such as 5%");
    const auto share = admin::parse_share(arguments.words()[1]);
    if (!share) throw UsageError("'" + arguments.words()[1] + "' is not 0% to 100%, such as 0.5%");
    set_split(url, {*module, tag, *share});
    return 0;
}

}  // namespace lars::cli

#include "admin/policy_json.hpp"
#include "admin/policy_text.hpp"
#include "admin/table.hpp"
#include "cli/arguments.hpp"
#include "cli/commands.hpp"
#include "lb/catalog.hpp"

#include <iostream>

namespace lars::cli {

int policy_kinds(const Words& words) {
    Arguments arguments(
        "policy kinds", "[NAME]", "Shows the policies there are, or the parameters of one."
    );
    arguments.flags()("json", "print JSON, with the parameters");
    if (!arguments.parse(words, 0, 1)) return 0;
    if (arguments.words().empty()) {
        boost::json::array all;
        std::vector<std::vector<std::string>> table;
        for (const auto& kind : lb::catalog()) {
            all.push_back(admin::kind_json(kind));
            table.push_back({std::string(kind.name), std::string(kind.summary)});
        }
        std::cout
            << (arguments.given("json") ? boost::json::serialize(all) + '\n'
                                        : admin::format_table(table));
        return 0;
    }
    const auto& name = arguments.words().front();
    const auto* kind = lb::find_policy(name);
    if (!kind) throw UsageError(*lb::check({name, {}}));
    if (arguments.given("json")) {
        std::cout << boost::json::serialize(admin::kind_json(*kind)) << '\n';
    } else {
        std::cout << admin::format_kind(*kind);
    }
    return 0;
}

}  // namespace lars::cli

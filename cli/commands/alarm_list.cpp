#include "admin/alarm_list.hpp"

#include "cli/commands.hpp"
#include "cli/module_lookup.hpp"
#include "cli/store_access.hpp"
#include "store/alarms.hpp"

#include <iostream>

namespace lars::cli {

int alarm_list(const Words& words) {
    std::string store;
    Arguments arguments(
        "alarm list",
        "",
        "Shows the rules of alarms, and for which modules each is pending (its condition holds, "
        "but\n"
        "not for long enough) or firing, as a reporter found last."
    );
    add_store_flag(arguments, store);
    arguments.flags()("json", "print a JSON array");
    if (!arguments.parse(words, 0, 0)) return 0;
    const auto url = store_url(store);
    const auto rules = run_on_store<store::AlarmRules>(url, [](store::Database& each) {
        return store::Alarms(each).list_rules();
    });
    const auto all = run_on_store<std::vector<store::AlarmState>>(url, [](store::Database& each) {
        return store::Alarms(each).read_states();
    });
    const auto states = admin::by_rule(all);
    const auto names = read_module_names(url);
    if (arguments.given("json")) {
        std::cout << boost::json::serialize(admin::alarms_json(rules.rules, states, names)) << '\n';
    } else {
        std::cout << admin::format_alarms(rules.rules, states, names);
        if (rules.rules.empty()) std::cerr << "lars: there are no rules\n";
    }
    if (rules.unusable > 0) {
        std::cerr << "lars: " << rules.unusable
                  << " more rows of AlarmRule make no sense, and aren't used\n";
    }
    return 0;
}

}  // namespace lars::cli

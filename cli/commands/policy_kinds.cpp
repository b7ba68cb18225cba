#include "admin/policy_json.hpp"
#include "admin/policy_text.hpp"
#include "cli/arguments.hpp"
#include "cli/commands.hpp"

#include <iostream>
#include <stdexcept>

namespace lars::cli {

int policy_kinds(const Words& words) {
    Arguments arguments(
        "policy kinds", "[NAME]", "Shows the policies there are, or the parameters of one."
    );
    arguments.flags()("json", "print JSON, with the parameters");
    if (!arguments.parse(words, 0, 1)) return 0;
    const bool as_json = arguments.given("json");
    if (arguments.words().empty()) {
        std::cout
            << (as_json ? boost::json::serialize(admin::policy_kinds_json()) + '\n'
                        : admin::format_policy_kinds());
        return 0;
    }
    const auto& name = arguments.words().front();
    try {
        std::cout
            << (as_json ? boost::json::serialize(admin::policy_kind_json(name)) + '\n'
                        : admin::format_policy_kind(name));
    } catch (const std::invalid_argument& unknown) {
        throw UsageError(unknown.what());
    }
    return 0;
}

}  // namespace lars::cli

#include "admin/policy_text.hpp"
#include "cli/commands.hpp"
#include "cli/module_lookup.hpp"
#include "cli/store_access.hpp"
#include "store/policies.hpp"

#include <iostream>
#include <span>
#include <stdexcept>

namespace lars::cli {
namespace {

// A policy's name, and parameters.
RoutePolicy parse_policy(const Words& words) {
    try {
        return admin::parse_policy(words[0], std::span(words).subspan(1));
    } catch (const std::invalid_argument& wrong) {
        throw UsageError(wrong.what());
    }
}

}  // namespace

int policy_set(const Words& words) {
    std::string store;
    Arguments arguments(
        "policy set",
        "MODID CMDID | NAME  POLICY [KEY=VALUE...]",
        "Sets how a module is balanced, in place of what was set before: a policy's name, and\n"
        "parameters that differ from the agents'."
    );
    add_store_flag(arguments, store);
    if (!arguments.parse_module(words, 1, kAnyNumber)) return 0;
    const auto policy = parse_policy(arguments.words());
    const auto url = store_url(store);
    const auto id = find_module(url, *arguments.module_word());
    const auto changed = edit_store<std::size_t>(url, [id, &policy](store::Database& each) {
        return store::Policies(each).set(id, policy);
    });
    std::cout << (changed > 0 ? "set" : "already so") << '\n';
    return 0;
}

}  // namespace lars::cli

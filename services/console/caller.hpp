#pragma once

#include "store/access_tokens.hpp"

#include <string>

namespace lars::console {

/// Who asks: what a page finds in Request::caller.
struct Caller {
    store::AccessToken token;

    /// As the audit has it.
    std::string actor() const {
        const auto& who = token.account.empty() ? token.label : token.account;
        return "console:" + who;
    }
};

}  // namespace lars::console

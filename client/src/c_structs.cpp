#include "c_structs.hpp"

#include <cstdio>

namespace lars {

lars_host to_c(const Host& host) {
    lars_host out{};
    std::snprintf(out.address, sizeof out.address, "%s", host.address.c_str());
    out.port = host.port;
    return out;
}

CRequest::CRequest(const Module& module, const Request& request)
    : name_(module.name()), select_(request.select), hash_key_(request.hash_key) {
    for (const auto& each : request.exclude) exclude_.push_back(to_c(each));
    c_.size = sizeof c_;
    c_.name = name_.empty() ? nullptr : name_.c_str();
    c_.modid = module.modid();
    c_.cmdid = module.cmdid();
    c_.select = select_.c_str();
    c_.hash_key = hash_key_ ? &*hash_key_ : nullptr;
    c_.exclude = exclude_.data();
    c_.exclude_count = exclude_.size();
    c_.attempt = request.attempt;
}

lars_choice no_choice() {
    lars_choice none{};
    none.size = sizeof none;
    return none;
}

Choice to_choice(int code, const lars_choice& chosen) {
    Choice choice;
    choice.code = static_cast<Code>(code);
    choice.host = {chosen.host.address, chosen.host.port};
    choice.modid = chosen.modid;
    choice.cmdid = chosen.cmdid;
    choice.wait = std::chrono::milliseconds(chosen.wait_ms);
    return choice;
}

}  // namespace lars

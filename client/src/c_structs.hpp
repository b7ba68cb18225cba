#pragma once

#include "lars/client.hpp"

#include <optional>
#include <string>
#include <vector>

namespace lars {

lars_host to_c(const Host& host);

/// A request as C has it; it refers to this object's copy.
class CRequest {
public:
    CRequest(const Module& module, const Request& request);
    CRequest(const CRequest&) = delete;
    CRequest& operator=(const CRequest&) = delete;

    const lars_request& get() const { return c_; }

private:
    std::string name_;
    std::string select_;
    std::optional<std::uint64_t> hash_key_;
    std::vector<lars_host> exclude_;
    lars_request c_{};
};

lars_choice no_choice();
Choice to_choice(int code, const lars_choice& chosen);

}  // namespace lars

#include "cli/system_user.hpp"

#include <pwd.h>
#include <unistd.h>

#include <array>

namespace lars::cli {

std::string system_user() {
    const auto* const entry = ::getpwuid(::geteuid());
    const auto name = entry ? std::string(entry->pw_name) : std::to_string(::geteuid());
    std::array<char, 256> host{};
    if (::gethostname(host.data(), host.size() - 1) != 0) return name;
    return name + '@' + host.data();
}

}  // namespace lars::cli

#include "cli/agent_text.hpp"

#include <algorithm>

namespace lars::cli {
namespace {

constexpr const char* kUsualPort = ":8888";

std::string with_port(const std::string& address) {
    if (address.starts_with('[')) return address.ends_with(']') ? address + kUsualPort : address;
    const auto colons = std::ranges::count(address, ':');
    if (colons == 0) return address + kUsualPort;
    return colons == 1 ? address : '[' + address + ']' + kUsualPort;
}

}  // namespace

std::string agent_text(const std::string& text) {
    if (text.empty()) return text;
    const auto slash = std::min(text.find('/'), text.size());
    return with_port(text.substr(0, slash)) + text.substr(slash);
}

}  // namespace lars::cli

#include "http/url.hpp"

#include <algorithm>
#include <stdexcept>

namespace lars::http {
namespace {

constexpr const char* kScheme = "http://";

[[noreturn]] void refuse(const std::string& why) {
    throw std::invalid_argument("a URL such as http://host:port/path" + why);
}

}  // namespace

Url parse_url(const std::string& text) {
    if (text.starts_with("https:")) {
        refuse(": https isn't spoken here; name a proxy on this host that speaks it");
    }
    if (!text.starts_with(kScheme)) refuse("");
    const auto rest = text.substr(std::string(kScheme).size());
    const auto slash = std::min(rest.find('/'), rest.size());
    auto authority = rest.substr(0, slash);
    if (authority.find('@') != std::string::npos) refuse(", without a user");
    const auto after_host = authority.rfind(']') == std::string::npos ? 0 : authority.rfind(']');
    if (authority.find(':', after_host) == std::string::npos) authority += ":80";
    const auto peers = runtime::parse_peers(authority);
    const bool printable = std::all_of(rest.begin(), rest.end(), [](char c) {
        return c > ' ' && c < '\x7F' && c != '#';
    });
    if (!peers || peers->size() != 1 || !printable) refuse("");
    Url url{peers->front()};
    if (slash < rest.size()) url.target = rest.substr(slash);
    return url;
}

std::string origin_of(const Url& url) {
    return kScheme + to_string(url.peer);
}

}  // namespace lars::http

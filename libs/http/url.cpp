#include "http/url.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/scheme.hpp>
#include <boost/url/url_view.hpp>

#include <algorithm>
#include <stdexcept>
#include <string_view>

namespace lars::http {
namespace {

constexpr const char* kScheme = "http://";

[[noreturn]] void refuse(const std::string& why) {
    throw std::invalid_argument("a URL such as http://host:port/path" + why);
}

runtime::PeerAddress peer_of(const boost::urls::url_view& url) {
    const std::string host(std::string_view(url.encoded_host()));
    const std::string port = url.has_port() ? std::string(url.port()) : "80";
    // A name with an encoded character is none that DNS knows.
    if (host.find('%') != std::string::npos) refuse("");
    const auto peers = runtime::parse_peers(host + ':' + port);
    if (!peers || peers->size() != 1) refuse("");
    return peers->front();
}

}  // namespace

Url parse_url(const std::string& text) {
    const auto parsed = boost::urls::parse_uri(text);
    if (!parsed) refuse("");
    if (parsed->scheme_id() == boost::urls::scheme::https) {
        refuse(": https isn't spoken here; name a proxy on this host that speaks it");
    }
    if (parsed->scheme_id() != boost::urls::scheme::http || !parsed->has_authority()) refuse("");
    if (parsed->has_userinfo()) refuse(", without a user");
    if (parsed->has_fragment()) refuse("");
    Url url{peer_of(*parsed)};
    url.target = parsed->encoded_target();
    if (!url.target.starts_with('/')) url.target.insert(url.target.begin(), '/');
    return url;
}

std::vector<Url> parse_urls(const std::string& text) {
    std::vector<Url> urls;
    if (text.empty()) return urls;
    std::size_t begin = 0;
    while (begin <= text.size()) {
        const auto comma = std::min(text.find(',', begin), text.size());
        urls.push_back(parse_url(text.substr(begin, comma - begin)));
        begin = comma + 1;
    }
    return urls;
}

std::string origin_of(const Url& url) {
    std::string text(kScheme);
    text += to_string(url.peer);
    return text;
}

std::string to_string(const Url& url) {
    auto text = origin_of(url);
    if (url.target != "/") text += url.target;
    return text;
}

std::string to_string(const std::vector<Url>& urls) {
    std::string text;
    for (const auto& url : urls) {
        if (!text.empty()) text += ',';
        text += to_string(url);
    }
    return text;
}

}  // namespace lars::http

#include "http/request.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

namespace lars::http {
namespace {

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(' ');
    if (first == text.npos) return {};
    return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

}  // namespace

std::string Request::cookie(std::string_view name) const {
    auto left = field("cookie");
    while (!left.empty()) {
        const auto end = std::min(left.find(';'), left.size());
        const auto pair = trimmed(left.substr(0, end));
        const auto equals = pair.find('=');
        if (equals != pair.npos && pair.substr(0, equals) == name) {
            return std::string(pair.substr(equals + 1));
        }
        left.remove_prefix(std::min(end + 1, left.size()));
    }
    return {};
}

std::optional<Request> parse_target(std::string_view target) {
    const auto url = boost::urls::parse_origin_form(target);
    if (!url) return {};
    Request request;
    request.path = url->encoded_path().decode();
    for (const auto& parameter : url->encoded_params()) {
        request.query[parameter.key.decode()] = parameter.value.decode();
    }
    return request;
}

std::optional<Request::Texts> match_path(std::string_view pattern, std::string_view path) {
    Request::Texts parameters;
    while (!pattern.empty()) {
        const auto open = std::min(pattern.find('{'), pattern.size());
        if (path.substr(0, open) != pattern.substr(0, open)) return {};
        path.remove_prefix(open);
        if (open == pattern.size()) {
            if (path.empty() || pattern.ends_with('/')) return parameters;
            return {};
        }
        const auto close = pattern.find('}', open);
        const auto name = pattern.substr(open + 1, close - open - 1);
        const auto end = std::min(path.find('/'), path.size());
        if (end == 0) return {};
        parameters.emplace(name, path.substr(0, end));
        path.remove_prefix(end);
        pattern.remove_prefix(close + 1);
    }
    if (!path.empty()) return {};
    return parameters;
}

}  // namespace lars::http

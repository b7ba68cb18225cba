#pragma once

#include <any>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace lars::http {

/// What a client asks for. A page gets it by value.
struct Request {
    using Texts = std::map<std::string, std::string, std::less<>>;

    std::string method = "GET";  ///< "GET" for HEAD too, whose answer only lacks the body
    std::string path;            ///< decoded, without the query
    Texts query;                 ///< decoded; of a name given twice, the last value
    Texts parameters;            ///< of the placeholders in the page's path
    Texts fields;                ///< of the head, by names in lower case
    std::string body;
    std::string remote;  ///< the client's IP address
    std::any caller;     ///< who it is, if the page's `admit` has found out

    /// Empty when it isn't there; so the others.
    std::string_view field(std::string_view name) const { return value_of(fields, name); }
    std::string_view parameter(std::string_view name) const { return value_of(parameters, name); }
    std::string_view argument(std::string_view name) const { return value_of(query, name); }
    /// Of the Cookie field, the first of that name.
    std::string cookie(std::string_view name) const;

private:
    static std::string_view value_of(const Texts& texts, std::string_view name) {
        const auto found = texts.find(name);
        return found == texts.end() ? std::string_view() : std::string_view(found->second);
    }
};

/// Takes a request's target apart: "/debug/modules?limit=10&after=1%2F2". A name without a value
/// has an empty one, and '+' stands for itself. Nothing when the target isn't a path that begins
/// with '/', or has characters or percent-encodings that RFC 3986 doesn't allow.
std::optional<Request> parse_target(std::string_view target);

/// Whether a path is one that a pattern stands for, with what its placeholders then are: in
/// "/modules/{id}/history" {id} is one segment, which isn't empty. A pattern that ends in '/'
/// stands for all paths that begin with it.
std::optional<Request::Texts> match_path(std::string_view pattern, std::string_view path);

}  // namespace lars::http

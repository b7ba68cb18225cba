#include "store/engine/url.hpp"

#include "store/engine/password_file.hpp"

#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <optional>

namespace lars::store {
namespace {

constexpr std::string_view kSqlite = "sqlite://";
constexpr std::string_view kMysql = "mysql://";
constexpr std::string_view kSocket = "?socket=";

Error invalid(std::string_view url, std::string_view why) {
    return {
        ErrorKind::invalid,
        "store URL '" + std::string(url) + "': " + std::string(why) +
            "; expected sqlite:///path/lars.db or mysql://user@host[:port][,host...]/database"};
}

// Looked for before anything else, so that no other complaint prints it. The last @ ends it: a
// password may have any character.
bool has_password(std::string_view text) {
    const auto scheme = text.find("://");
    if (scheme == std::string_view::npos || text.starts_with(kSqlite)) return false;
    const auto authority = text.substr(scheme + 3);
    const auto at = authority.rfind('@');
    if (at == std::string_view::npos) return false;
    return authority.substr(0, at).find(':') != std::string_view::npos;
}

std::optional<Url::Host> parse_host(std::string_view text) {
    Url::Host host;
    if (!text.empty() && text.front() == '[') {  // [v6]:port
        const auto end = text.find(']');
        if (end == std::string_view::npos) return {};
        host.name = text.substr(1, end - 1);
        text.remove_prefix(end + 1);
    } else {
        host.name = text.substr(0, text.find(':'));
        text.remove_prefix(host.name.size());
    }
    if (host.name.empty()) return {};
    if (text.empty()) return host;
    if (text.front() != ':') return {};
    text.remove_prefix(1);
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), host.port);
    if (error != std::errc() || end != text.data() + text.size() || host.port == 0) return {};
    return host;
}

Result<Url> parse_mysql(std::string_view text) {
    Url url;
    url.kind = Url::Kind::mysql;
    auto rest = text.substr(kMysql.size());
    if (const auto at = rest.find(kSocket); at != std::string_view::npos) {
        url.path = rest.substr(at + kSocket.size());
        if (url.path.empty() || url.path.front() != '/')
            return invalid(text, "socket isn't a path");
        rest = rest.substr(0, at);
    }
    const auto slash = rest.find('/');
    if (slash == std::string_view::npos) return invalid(text, "no database");
    url.database = rest.substr(slash + 1);
    if (url.database.empty() || url.database.find_first_of("/?") != std::string::npos) {
        return invalid(text, "no database, or an unknown parameter");
    }
    auto authority = rest.substr(0, slash);
    const auto at = authority.rfind('@');
    if (at == std::string_view::npos || at == 0) return invalid(text, "no user");
    url.user = authority.substr(0, at);
    authority.remove_prefix(at + 1);
    while (true) {
        const auto comma = authority.find(',');
        const auto host = parse_host(authority.substr(0, comma));
        if (!host) return invalid(text, "a host is malformed");
        url.hosts.push_back(*host);
        if (comma == std::string_view::npos) return url;
        authority.remove_prefix(comma + 1);
    }
}

}  // namespace

Result<Url> parse_url(std::string_view text) {
    if (has_password(text)) {
        return Error{
            ErrorKind::invalid,
            "a store URL carries no password, which others could read: put it into "
            "LARS_STORE_PASSWORD, or into a file that LARS_STORE_PASSWORD_FILE names"};
    }
    if (text.starts_with(kMysql)) return parse_mysql(text);
    if (!text.starts_with(kSqlite)) return invalid(text, "unknown scheme");
    Url url;
    url.path = text.substr(kSqlite.size());
    if (url.path.empty() || url.path.front() != '/') {
        return invalid(text, "the path isn't absolute (three slashes)");
    }
    return url;
}

Result<Url> resolve_password(Url url) {
    const auto* value = std::getenv("LARS_STORE_PASSWORD");
    if (value && *value != '\0') {
        url.password = value;
        return url;
    }
    if (const auto* file = std::getenv("LARS_STORE_PASSWORD_FILE")) {
        url.password_file = file;
    } else if (const auto* directory = std::getenv("CREDENTIALS_DIRECTORY")) {
        const auto credential = std::string(directory) + "/store-password";
        if (::access(credential.c_str(), F_OK) == 0) url.password_file = credential;
    }
    if (const auto read = reread_password(url); !read) {
        return Error{ErrorKind::invalid, read.error().message};
    }
    return url;
}

Result<void> reread_password(Url& url) {
    if (url.password_file.empty()) return {};
    auto password = read_password_file(url.password_file);
    if (!password) return password.error();
    url.password = std::move(*password);
    return {};
}

std::string to_string(const Url& url) {
    if (url.kind == Url::Kind::sqlite) return std::string(kSqlite) + url.path;
    std::string text = std::string(kMysql) + url.user + '@';
    for (std::size_t i = 0; i < url.hosts.size(); ++i) {
        const auto& host = url.hosts[i];
        const bool v6 = host.name.find(':') != std::string::npos;
        if (i > 0) text += ',';
        text += v6 ? '[' + host.name + ']' : host.name;
        if (host.port != Url::Host().port) text += ':' + std::to_string(host.port);
    }
    text += '/' + url.database;
    if (!url.path.empty()) text += std::string(kSocket) + url.path;
    return text;
}

}  // namespace lars::store

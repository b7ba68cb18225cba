#include "admin/store_option.hpp"

#include <stdexcept>

namespace lars::admin {
namespace {

// With its password from the environment.
store::Url usable_store(const store::Url& url) {
    const bool named = url.kind == store::Url::Kind::sqlite
                           ? !url.path.empty()
                           : !url.user.empty() && !url.database.empty() && !url.hosts.empty();
    if (!named) {
        throw app::ConfigError(
            "no store: say --store sqlite:///path/lars.db or mysql://user@host/db"
        );
    }
    auto with_password = store::resolve_password(url);
    if (!with_password) throw app::ConfigError(with_password.error().message);
    return std::move(*with_password);
}

}  // namespace

void describe_store(app::OptionSet& set, store::Url& url) {
    const auto assign = [&url](const std::string& text) {
        auto parsed = store::parse_url(text);
        if (!parsed) throw std::invalid_argument("usable: " + parsed.error().message);
        url = std::move(*parsed);
    };
    const auto print = [&url] {
        return url.path.empty() && url.hosts.empty() ? "" : store::to_string(url);
    };
    set.custom(
           "store",
           assign,
           print,
           "sqlite:///path/lars.db or mysql://user@host[:port]/database; "
           "the password comes from LARS_STORE_PASSWORD[_FILE]"
    )
        .key("store", "url");

    // The original's keys describe a MariaDB server piece by piece.
    const auto host = [&url]() -> store::Url::Host& {
        url.kind = store::Url::Kind::mysql;
        if (url.hosts.empty()) url.hosts.emplace_back();
        return url.hosts.front();
    };
    const auto piece = [&](
        const std::string& flag,
        const std::string& key,
        const std::string& help,
        std::function<void(const std::string&)> set_piece
    ) -> auto& {
        return set
            .custom(
                flag, std::move(set_piece), [] { return std::string(); }, help
            )
            .key("mysql", key);
    };
    piece("db-host", "db_host", "MariaDB server, instead of --store", [host](const auto& text) {
        host().name = text;
    });
    piece("db-port", "db_port", "its port", [host](const auto& text) {
        host().port = static_cast<std::uint16_t>(app::parse_number(text, {1, 65'535}));
    });
    piece("db-user", "db_user", "its user", [&url](const auto& text) { url.user = text; });
    piece("db-name", "db_name", "its database", [&url](const auto& text) { url.database = text; });
    const auto password = [&url](const std::string& text) { url.password = text; };
    set.file_only("db_passwd", password).key("mysql", "db_passwd").secret();
    set.check([&url] { url = usable_store(url); });
}

}  // namespace lars::admin

#include "cli/store_access.hpp"

#include "admin/look.hpp"
#include "store/dns_presence.hpp"
#include "store/schema.hpp"

#include <cstdlib>

namespace lars::cli {

void add_store_flag(Arguments& arguments, std::string& url) {
    if (const auto* named = std::getenv("LARS_STORE")) url = named;
    arguments.flags(
    )("store",
      boost::program_options::value<std::string>(&url),
      "sqlite:///path/lars.db or mysql://user@host[:port]/database [LARS_STORE]");
}

store::Url store_url(const std::string& text) {
    if (text.empty()) throw UsageError("no store: say --store URL, or set LARS_STORE");
    auto url = store::parse_url(text);
    if (!url) throw UsageError(url.error().message);
    auto with_password = store::resolve_password(*url);
    if (!with_password) throw UsageError(with_password.error().message);
    return std::move(*with_password);
}

boost::asio::awaitable<void> tell_dns(store::Database& database) {
    auto reading = store::DnsPresence(database).addresses();
    const auto addresses = co_await std::move(reading);
    if (addresses) admin::send_look(*addresses);
}

void require_current_schema(const store::Url& url) {
    const auto status = run_on_store<store::SchemaStatus>(url, [](store::Database& each) {
        return store::Schema(each).inspect();
    });
    const auto current = store::check_current(status, url);
    if (!current) throw Failure(current.error().message);
}

}  // namespace lars::cli

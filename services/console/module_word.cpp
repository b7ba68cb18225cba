#include "console/module_word.hpp"

#include "app/value.hpp"
#include "base/module_name.hpp"
#include "console/bad_request.hpp"
#include "store/names.hpp"

#include <limits>

namespace lars::console {
namespace {

constexpr std::uint32_t kMaxId = std::numeric_limits<std::int32_t>::max();
constexpr std::uint32_t kMaxLast = 400 * 24 * 3'600;

std::uint32_t number(
    std::string_view text, std::uint32_t min, std::uint32_t max, const char* field
) {
    try {
        return app::parse_number(std::string(text), {min, max});
    } catch (const std::invalid_argument& allowed) {
        throw BadRequest(field, "is not " + std::string(allowed.what()));
    }
}

}  // namespace

ModuleWord parse_module(std::string_view text) {
    const auto comma = text.find(',');
    if (comma != text.npos) {
        const auto modid = number(text.substr(0, comma), 0, kMaxId, "module");
        const auto cmdid = number(text.substr(comma + 1), 0, kMaxId, "module");
        return {{}, ModuleId{static_cast<std::int32_t>(modid), static_cast<std::int32_t>(cmdid)}};
    }
    if (const auto why = why_no_name(text); !why.empty()) {
        throw BadRequest("module", "is no name: " + std::string(why));
    }
    return {std::string(text), {}};
}

Awaitable<store::Result<std::optional<ModuleId>>> find_module(
    store::Database& database, ModuleWord word
) {
    if (word.ids) co_return word.ids;
    store::Names names(database);
    auto resolving = names.resolve(word.name);
    const auto found = co_await std::move(resolving);
    if (!found) co_return found.error();
    std::optional<ModuleId> module;
    if (*found) module = (*found)->module;
    co_return module;
}

Awaitable<store::Result<admin::NamesById>> read_names(store::Database& database) {
    store::Names names(database);
    auto listing = names.list();
    const auto rows = co_await std::move(listing);
    if (!rows) co_return rows.error();
    admin::NamesById by_id;
    for (const auto& row : *rows) by_id[row.module] = row.name;
    co_return by_id;
}

std::chrono::seconds last_of(const http::Request& request) {
    const auto text = request.argument("last");
    if (text.empty()) return std::chrono::minutes(15);
    return std::chrono::seconds(number(text, 60, kMaxLast, "last"));
}

}  // namespace lars::console

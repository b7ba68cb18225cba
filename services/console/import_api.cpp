#include "console/import_api.hpp"

#include "admin/routes_csv.hpp"
#include "console/answers.hpp"
#include "console/json_fields.hpp"
#include "store/named_routes.hpp"
#include "store/names.hpp"
#include "store/route_edits.hpp"

#include <map>

namespace lars::console {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxBody = 8 << 20;

struct Counts {
    std::size_t added = 0;
    std::size_t changed = 0;
    std::size_t present = 0;
};

/// The rows that there are, and what putting others would do to them.
class Present {
public:
    explicit Present(std::vector<store::RouteRow> rows) {
        for (auto& row : rows) rows_[key_of(row)] = std::move(row);
    }

    void count(const store::RouteRow& wanted, Counts& counts) const {
        const auto found = rows_.find(key_of(wanted));
        if (found == rows_.end()) {
            ++counts.added;
            return;
        }
        ++counts.present;
        const auto differs = [](const auto& said, const auto& is) { return said && said != is; };
        const auto& is = found->second;
        if (differs(wanted.weight, is.weight) || differs(wanted.zone, is.zone) ||
            differs(wanted.tags, is.tags)) {
            ++counts.changed;
        }
    }

private:
    static std::string key_of(const store::RouteRow& row) {
        return to_string(row.module) + ' ' + target_of(row);
    }

    std::map<std::string, store::RouteRow> rows_;
};

json::array errors_json(const admin::ParsedRoutes& parsed) {
    json::array errors;
    for (const auto& text : parsed.errors) {
        json::object error{{"line", nullptr}, {"error", text}};
        constexpr std::string_view kLine = "line ";
        if (text.starts_with(kLine)) error["line"] = std::stoul(text.substr(kLine.size()));
        errors.push_back(std::move(error));
    }
    return errors;
}

json::object counts_json(const admin::ParsedRoutes& parsed, const Counts& counts) {
    return {
        {"rows", parsed.count()},
        {"added", counts.added},
        {"changed", counts.changed},
        {"present", counts.present},
        {"refused", parsed.refused},
        {"errors", errors_json(parsed)}};
}

Awaitable<store::Result<Counts>> preview(
    store::Database& database, const admin::ParsedRoutes& parsed
) {
    store::RouteEdits edits(database);
    auto listing = edits.list({});
    auto rows = co_await std::move(listing);
    if (!rows) co_return rows.error();
    const Present present(std::move(*rows));
    store::Names names(database);
    auto listing_names = names.list();
    const auto named = co_await std::move(listing_names);
    if (!named) co_return named.error();
    std::map<std::string, ModuleId> modules;
    for (const auto& each : *named) {
        modules[each.name] = each.module;
        for (const auto& alias : each.aliases) modules[alias] = each.module;
    }
    Counts counts;
    for (const auto& row : parsed.rows) present.count(row, counts);
    for (const auto& [name, of_name] : parsed.named) {
        const auto found = modules.find(name);
        for (auto row : of_name.rows) {
            if (found == modules.end()) {
                ++counts.added;
                continue;
            }
            row.module = found->second;
            present.count(row, counts);
        }
    }
    co_return counts;
}

}  // namespace

void ImportApi::add_pages(PageSet& pages) {
    const auto import = [this](http::Request request) { return this->import(std::move(request)); };
    pages.add("POST", "/import", "many routes as CSV", store::Role::edit, kMaxBody, import);
}

Awaitable<http::Response> ImportApi::import(http::Request request) {
    const auto body = parse_body(request.body);
    JsonFields fields(body);
    const auto csv = fields.text("csv", kMaxBody);
    const bool dry_run = fields.flag("dry_run");
    fields.done();
    auto parsed = admin::parse_csv_routes(csv);
    // What is wrong is said, and nothing is written.
    if (parsed.refused > 0 && !dry_run) {
        auto refusal = counts_json(parsed, {});
        refusal["error"] =
            std::to_string(parsed.refused) + " lines can't be taken: nothing is written";
        co_return json_answer(refusal, 400);
    }
    auto borrowing = pool_.borrow();
    const auto lease = co_await std::move(borrowing);
    if (!lease) co_return store_error(lease.error());
    auto& database = **lease;
    if (dry_run) {
        auto previewing = preview(database, parsed);
        const auto counts = co_await std::move(previewing);
        if (!counts) co_return store_error(counts.error());
        co_return json_answer(counts_json(parsed, *counts));
    }
    store::NamedRoutes routes(database);
    auto putting = routes.put(parsed.rows, parsed.named);
    const auto put = co_await std::move(putting);
    if (!put) co_return store_error(put.error());
    auto writing = written_(database);
    co_await std::move(writing);
    const Counts counts{put->count.added, put->count.changed, put->count.present};
    co_return json_answer(counts_json(parsed, counts));
}

}  // namespace lars::console

#include "console/reading_api.hpp"

#include "admin/alarm_list.hpp"
#include "console/answers.hpp"
#include "console/bad_request.hpp"
#include "console/module_json.hpp"
#include "console/module_word.hpp"
#include "store/alarms.hpp"
#include "store/audit_log.hpp"
#include "store/database_clock.hpp"
#include "store/edit_history.hpp"
#include "store/fleet_status.hpp"
#include "store/module_edits.hpp"
#include "store/names.hpp"
#include "store/policies.hpp"
#include "store/schema.hpp"

#include <algorithm>

namespace lars::console {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxEvents = 500;
// Each may have some megabytes of before and after.
constexpr std::uint32_t kMaxChanges = 30;

Awaitable<store::Result<store::UnixTime>> read_now(store::Database& database) {
    store::DatabaseClock clock(database);
    auto reading = clock.now();
    const auto now = co_await std::move(reading);
    if (!now) co_return now.error();
    co_return std::chrono::floor<std::chrono::seconds>(*now);
}

http::Response no_module() {
    return error_answer(404, "no module is called so");
}

/// What is pending or fires of one module, with what its rule says.
json::array alarms_of(
    ModuleId module,
    const std::vector<store::AlarmRule>& rules,
    const std::vector<store::AlarmState>& states
) {
    json::array all;
    for (const auto& rule : rules) {
        for (const auto& state : states) {
            if (state.key.rule != rule.id || state.key.module != module) continue;
            all.push_back(json::object{
                {"rule", rule.id},
                {"modid", module.modid},
                {"cmdid", module.cmdid},
                {"state", admin::name_of(state)},
                {"since", state.since.time_since_epoch().count()},
                {"kind", store::name_of(rule.kind)},
                {"threshold", rule.threshold},
                {"for_s", rule.hold.count()},
                {"severity", rule.severity},
                {"comment", rule.comment}});
        }
    }
    return all;
}

std::map<ModuleId, std::size_t> firing_of(const std::vector<store::AlarmState>& states) {
    std::map<ModuleId, std::size_t> firing;
    for (const auto& state : states) firing[state.key.module] += state.firing;
    return firing;
}

/// A module, and what it is called.
struct Named {
    std::optional<ModuleId> module;
    std::string name;
    std::vector<std::string> aliases;
};

Awaitable<store::Result<Named>> find_named(store::Database& database, ModuleWord word) {
    Named found;
    auto finding = find_module(database, std::move(word));
    const auto module = co_await std::move(finding);
    if (!module) co_return module.error();
    found.module = *module;
    if (!found.module) co_return found;
    store::Names names(database);
    auto listing = names.list();
    const auto rows = co_await std::move(listing);
    if (!rows) co_return rows.error();
    for (const auto& row : *rows) {
        if (row.module != *found.module) continue;
        found.name = row.name;
        found.aliases = row.aliases;
    }
    co_return found;
}

json::object change_json(const store::RouteChange& change, const admin::NamesById& names) {
    const auto parsed = [](const std::string& text) {
        json::error_code error;
        auto value = json::parse(text, error);
        return error ? json::value() : value;
    };
    json::object object{
        {"id", change.id},
        {"at", change.made_at.time_since_epoch().count()},
        {"actor", change.actor},
        {"action", change.action},
        {"modid", change.module.modid},
        {"cmdid", change.module.cmdid},
        {"before", parsed(change.before_json)},
        {"after", parsed(change.after_json)},
        {"undoable", true}};
    if (const auto& name = admin::name_of(change.module, names); !name.empty()) {
        object["name"] = name;
    }
    return object;
}

json::object event_json(const store::AuditEntry& entry) {
    json::object event{
        {"at", entry.made_at.time_since_epoch().count()},
        {"kind", entry.module ? "registration" : "edit"},
        {"actor", entry.actor},
        {"text", entry.action},
        {"removed", entry.removed}};
    if (!entry.detail.empty()) event["reason"] = entry.detail;
    return event;
}

json::object event_json(const store::RouteChange& change) {
    return {
        {"at", change.made_at.time_since_epoch().count()},
        {"kind", "edit"},
        {"actor", change.actor},
        {"text", change.action},
        {"change", change.id}};
}

std::uint64_t before_of(const http::Request& request) {
    const std::string text(request.argument("before"));
    if (text.empty()) return std::numeric_limits<std::int64_t>::max();
    if (text.size() > 18 || text.find_first_not_of("0123456789") != text.npos) {
        throw BadRequest("before", "is not an id");
    }
    return std::stoull(text);
}

}  // namespace

void ReadingApi::add_pages(PageSet& pages) {
    const auto call = [this](Awaitable<http::Response> (ReadingApi::*handler)(http::Request)) {
        return
            [this, handler](http::Request request) { return (this->*handler)(std::move(request)); };
    };
    pages.get("/overview", "all modules", call(&ReadingApi::overview));
    pages.get("/modules/{module}", "one module", call(&ReadingApi::module));
    pages.get("/modules/{module}/series", "its calls by period", call(&ReadingApi::series));
    pages.get("/modules/{module}/why", "what happened to it", call(&ReadingApi::why));
    pages.get("/modules/{module}/history", "its edits", call(&ReadingApi::history));
    pages.get("/history", "all edits", call(&ReadingApi::history));
    pages.get("/alarms", "rules, and what fires", call(&ReadingApi::alarms));
    pages.get("/system", "store and services", call(&ReadingApi::system));
}

Awaitable<http::Response> ReadingApi::overview(http::Request request) {
    const auto last = last_of(request);
    const auto make = [this, last] { return make_overview(last); };
    auto getting = cache_.get("overview " + std::to_string(last.count()), make);
    co_return co_await std::move(getting);
}

Awaitable<http::Response> ReadingApi::make_overview(std::chrono::seconds last) {
    auto borrowing = pool_.borrow();
    const auto lease = co_await std::move(borrowing);
    if (!lease) co_return store_error(lease.error());
    auto& database = **lease;
    auto asking_time = read_now(database);
    const auto now = co_await std::move(asking_time);
    if (!now) co_return store_error(now.error());
    auto reading = admin::read_calls(database, {}, last, *now);
    const auto calls = co_await std::move(reading);
    if (!calls) co_return store_error(calls.error());
    auto reading_series = admin::read_series(database, {}, last, *now);
    const auto series = co_await std::move(reading_series);
    if (!series) co_return store_error(series.error());
    auto reading_names = read_names(database);
    auto names = co_await std::move(reading_names);
    if (!names) co_return store_error(names.error());
    store::Alarms alarms(database);
    auto reading_states = alarms.read_states();
    const auto states = co_await std::move(reading_states);
    if (!states) co_return store_error(states.error());
    auto overview = admin::overview_of(*calls, admin::Grain::module);
    overview.names = std::move(*names);
    co_return json_answer(overview_json(overview, *series, firing_of(*states), *now));
}

Awaitable<http::Response> ReadingApi::module(http::Request request) {
    const auto last = last_of(request);
    const auto word = std::string(request.parameter("module"));
    parse_module(word);
    const auto key = "module " + word + ' ' + std::to_string(last.count());
    const auto make = [this, request] { return make_module(request); };
    auto getting = cache_.get(key, make);
    co_return co_await std::move(getting);
}

Awaitable<http::Response> ReadingApi::make_module(http::Request request) {
    auto borrowing = pool_.borrow();
    const auto lease = co_await std::move(borrowing);
    if (!lease) co_return store_error(lease.error());
    auto& database = **lease;
    auto finding = find_named(database, parse_module(request.parameter("module")));
    auto named = co_await std::move(finding);
    if (!named) co_return store_error(named.error());
    if (!named->module) co_return no_module();
    ModuleReading reading;
    reading.module = *named->module;
    reading.name = std::move(named->name);
    reading.aliases = std::move(named->aliases);
    auto asking_time = read_now(database);
    const auto now = co_await std::move(asking_time);
    if (!now) co_return store_error(now.error());
    auto reading_calls = admin::read_calls(database, reading.module, last_of(request), *now);
    auto calls = co_await std::move(reading_calls);
    if (!calls) co_return store_error(calls.error());
    reading.calls = std::move(*calls);
    store::ModuleEdits edits(database);
    auto reading_content = edits.read(reading.module);
    auto content = co_await std::move(reading_content);
    if (!content) co_return store_error(content.error());
    reading.etag = store::etag_of(*content);
    reading.splits = std::move(content->splits);
    store::Policies policies(database);
    auto listing = policies.list(reading.module);
    auto rows = co_await std::move(listing);
    if (!rows) co_return store_error(rows.error());
    reading.policies = std::move(*rows);
    store::Alarms alarms(database);
    auto listing_rules = alarms.list_rules();
    auto rules = co_await std::move(listing_rules);
    if (!rules) co_return store_error(rules.error());
    auto reading_states = alarms.read_states();
    auto states = co_await std::move(reading_states);
    if (!states) co_return store_error(states.error());
    reading.alarms = alarms_of(reading.module, rules->rules, *states);
    co_return json_answer(module_json(reading));
}

Awaitable<http::Response> ReadingApi::series(http::Request request) {
    const auto last = last_of(request);
    const auto word = std::string(request.parameter("module"));
    parse_module(word);
    const auto key = "series " + word + ' ' + std::to_string(last.count());
    const auto make = [this, request] { return make_series(request); };
    auto getting = cache_.get(key, make);
    co_return co_await std::move(getting);
}

Awaitable<http::Response> ReadingApi::make_series(http::Request request) {
    auto borrowing = pool_.borrow();
    const auto lease = co_await std::move(borrowing);
    if (!lease) co_return store_error(lease.error());
    auto& database = **lease;
    auto finding = find_module(database, parse_module(request.parameter("module")));
    const auto found = co_await std::move(finding);
    if (!found) co_return store_error(found.error());
    if (!*found) co_return no_module();
    auto asking_time = read_now(database);
    const auto now = co_await std::move(asking_time);
    if (!now) co_return store_error(now.error());
    auto reading = admin::read_series(database, **found, last_of(request), *now);
    const auto series = co_await std::move(reading);
    if (!series) co_return store_error(series.error());
    co_return json_answer(admin::series_json(*series));
}

// Edits that were made here are told by their change; of those made elsewhere there is the audit.
Awaitable<http::Response> ReadingApi::why(http::Request request) {
    const auto last = last_of(request);
    auto borrowing = pool_.borrow();
    const auto lease = co_await std::move(borrowing);
    if (!lease) co_return store_error(lease.error());
    auto& database = **lease;
    auto finding = find_module(database, parse_module(request.parameter("module")));
    const auto found = co_await std::move(finding);
    if (!found) co_return store_error(found.error());
    if (!*found) co_return no_module();
    auto asking_time = read_now(database);
    const auto now = co_await std::move(asking_time);
    if (!now) co_return store_error(now.error());
    const auto from = *now - last;
    store::AuditLog audit(database);
    auto listing = audit.list(*found, from, kMaxEvents);
    const auto entries = co_await std::move(listing);
    if (!entries) co_return store_error(entries.error());
    store::EditHistory edits(database);
    auto listing_edits = edits.list(*found, std::numeric_limits<std::int64_t>::max(), kMaxChanges);
    const auto changes = co_await std::move(listing_edits);
    if (!changes) co_return store_error(changes.error());
    std::vector<json::object> events;
    for (const auto& entry : *entries) events.push_back(event_json(entry));
    for (const auto& change : *changes) {
        if (change.made_at >= from) events.push_back(event_json(change));
    }
    std::stable_sort(events.begin(), events.end(), [](const auto& a, const auto& b) {
        return a.at("at").template to_number<std::int64_t>() <
               b.at("at").template to_number<std::int64_t>();
    });
    json::object answer{
        {"from", from.time_since_epoch().count()},
        {"now", now->time_since_epoch().count()},
        {"events", json::array(events.begin(), events.end())}};
    co_return json_answer(answer);
}

Awaitable<http::Response> ReadingApi::history(http::Request request) {
    const auto before = before_of(request);
    const bool of_one = !request.parameter("module").empty();
    auto borrowing = pool_.borrow();
    const auto lease = co_await std::move(borrowing);
    if (!lease) co_return store_error(lease.error());
    auto& database = **lease;
    std::optional<ModuleId> module;
    if (of_one) {
        auto finding = find_module(database, parse_module(request.parameter("module")));
        const auto found = co_await std::move(finding);
        if (!found) co_return store_error(found.error());
        if (!*found) co_return no_module();
        module = *found;
    }
    auto reading_names = read_names(database);
    const auto names = co_await std::move(reading_names);
    if (!names) co_return store_error(names.error());
    store::EditHistory edits(database);
    auto listing = edits.list(module, before, kMaxChanges);
    const auto changes = co_await std::move(listing);
    if (!changes) co_return store_error(changes.error());
    json::array all;
    for (const auto& change : *changes) all.push_back(change_json(change, *names));
    co_return json_answer(json::object{{"changes", std::move(all)}});
}

Awaitable<http::Response> ReadingApi::alarms(http::Request /*request*/) {
    auto borrowing = pool_.borrow();
    const auto lease = co_await std::move(borrowing);
    if (!lease) co_return store_error(lease.error());
    auto& database = **lease;
    store::Alarms alarms(database);
    auto listing = alarms.list_rules();
    const auto rules = co_await std::move(listing);
    if (!rules) co_return store_error(rules.error());
    auto reading = alarms.read_states();
    const auto states = co_await std::move(reading);
    if (!states) co_return store_error(states.error());
    auto reading_names = read_names(database);
    const auto names = co_await std::move(reading_names);
    if (!names) co_return store_error(names.error());
    auto all = admin::alarms_json(rules->rules, admin::by_rule(*states), *names);
    co_return json_answer(json::object{{"rules", std::move(all)}});
}

Awaitable<http::Response> ReadingApi::system(http::Request /*request*/) {
    auto borrowing = pool_.borrow();
    const auto lease = co_await std::move(borrowing);
    if (!lease) co_return store_error(lease.error());
    auto& database = **lease;
    store::Schema schema(database);
    auto inspecting = schema.inspect();
    const auto status = co_await std::move(inspecting);
    if (!status) co_return store_error(status.error());
    auto reading = store::read_fleet(database);
    const auto fleet = co_await std::move(reading);
    if (!fleet) co_return store_error(fleet.error());
    auto asking_time = read_now(database);
    const auto now = co_await std::move(asking_time);
    if (!now) co_return store_error(now.error());
    json::array dns;
    for (const auto& each : fleet->dns) {
        dns.push_back(json::object{
            {"id", each.id},
            {"address", each.address},
            {"seen", each.seen.time_since_epoch().count()},
            {"alive", each.alive}});
    }
    json::object store{
        {"kind", kind_},
        {"schema", status->version},
        {"current", status->latest},
        {"triggers", status->triggers},
        {"id", store::store_id_text(status->identity.id)},
        {"version", fleet->version}};
    json::value last_report;
    if (fleet->last_report) last_report = fleet->last_report->time_since_epoch().count();
    co_return json_answer(json::object{
        {"version", LARS_VERSION},
        {"now", now->time_since_epoch().count()},
        {"store", std::move(store)},
        {"dns", std::move(dns)},
        {"owners", json::object{{"alive", fleet->owners_alive}, {"gone", fleet->owners_gone}}},
        {"last_report", std::move(last_report)}});
}

}  // namespace lars::console

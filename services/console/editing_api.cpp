#include "console/editing_api.hpp"

#include "admin/look.hpp"
#include "app/value.hpp"
#include "base/module_name.hpp"
#include "console/answers.hpp"
#include "console/bad_request.hpp"
#include "console/endpoints_json.hpp"
#include "console/json_fields.hpp"
#include "console/module_word.hpp"
#include "store/alarms.hpp"
#include "store/dns_presence.hpp"
#include "store/module_edits.hpp"
#include "store/named_routes.hpp"
#include "store/route_edits.hpp"

#include <limits>

namespace lars::console {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxBody = 4 << 20;
constexpr std::size_t kMaxSmallBody = 16 << 10;
constexpr std::size_t kEtagLength = 16;
// As dns guards by default.
constexpr std::uint64_t kGuardPercent = 20;
constexpr std::uint64_t kGuardRows = 10;

const Caller& caller_of(const http::Request& request) {
    return std::any_cast<const Caller&>(request.caller);
}

json::array rows_json(const std::vector<store::RouteRow>& rows) {
    json::array all;
    for (const auto& row : rows) all.push_back(endpoint_json(row));
    return all;
}

json::object content_json(const store::ModuleContent& content) {
    json::array splits;
    for (const auto& split : content.splits) {
        splits.push_back(json::object{
            {"tag", split.tag}, {"percent", split.share_millionths / 10'000.0}});
    }
    return {{"endpoints", rows_json(content.rows)}, {"splits", std::move(splits)}};
}

// What is removed here is meant, so that dns believes it; people are told how much it is.
json::object guard_json(const store::EditOutcome& outcome) {
    const auto removed = outcome.removed.size();
    const bool large = removed > kGuardRows && removed * 100 > outcome.table_rows * kGuardPercent;
    const bool last = outcome.after.rows.empty() && removed > 0;
    std::string text;
    if (large) {
        text = "removes " + std::to_string(removed) + " of the " +
               std::to_string(outcome.table_rows) + " endpoints that there are in all";
    } else if (last) {
        text = "removes the module's last endpoint: nobody can call it then";
    }
    return {{"held", false}, {"warns", large || last}, {"text", text}};
}

json::object outcome_json(const store::EditOutcome& outcome) {
    json::array changed;
    for (const auto& [before, after] : outcome.changed) {
        changed.push_back(json::object{
            {"before", endpoint_json(before)}, {"after", endpoint_json(after)}});
    }
    const auto touched = outcome.added.size() + outcome.changed.size();
    json::object object{
        {"etag", outcome.etag},
        {"added", rows_json(outcome.added)},
        {"removed", rows_json(outcome.removed)},
        {"changed", std::move(changed)},
        {"unchanged", outcome.after.rows.size() - std::min(touched, outcome.after.rows.size())},
        {"guard", guard_json(outcome)},
        {"change_id", nullptr}};
    if (outcome.change_id != 0) object["change_id"] = outcome.change_id;
    return object;
}

http::Response conflict(const store::EditOutcome& outcome) {
    return json_answer(
        json::object{
            {"error", "somebody else has edited this module meanwhile"},
            {"current", content_json(outcome.before)},
            {"etag", store::etag_of(outcome.before)}},
        409
    );
}

std::uint64_t id_of(const http::Request& request, std::uint64_t max) {
    const std::string text(request.parameter("id"));
    if (text.size() > 18 || text.find_first_not_of("0123456789") != text.npos) {
        throw BadRequest("id", "is not a number");
    }
    const auto id = std::stoull(text);
    if (id > max) throw BadRequest("id", "is too large");
    return id;
}

store::AlarmRule parse_rule(const json::object& body) {
    constexpr std::uint32_t kMaxId = std::numeric_limits<std::int32_t>::max();
    JsonFields fields(body);
    store::AlarmRule rule;
    if (fields.has("modid") && !body.at("modid").is_null()) {
        const auto modid = fields.number("modid", 0, kMaxId);
        const auto cmdid = fields.number("cmdid", 0, kMaxId);
        rule.module = ModuleId{static_cast<std::int32_t>(modid), static_cast<std::int32_t>(cmdid)};
    } else {
        fields.none("modid");
        fields.none("cmdid");
    }
    const auto kind = fields.text("kind", 32);
    const auto parsed = store::parse_alarm_kind(kind);
    if (!parsed) {
        throw BadRequest("kind", "is none of error_rate, p99, overloaded and silence");
    }
    rule.kind = *parsed;
    if (rule.kind != store::AlarmKind::silence) {
        rule.threshold = fields.real("threshold", 0, store::kMaxP99Us);
    }
    const auto longest = static_cast<std::uint32_t>(store::kLongestHold.count());
    rule.hold = std::chrono::seconds(fields.number_or("for_s", 60, 0, longest));
    rule.min_calls = fields.number_or("min_calls", rule.min_calls, 1, 1'000'000'000);
    rule.severity = fields.optional_text("severity", store::kMaxSeverity);
    if (rule.severity.empty()) rule.severity = "warning";
    rule.comment = fields.optional_text("comment", store::kMaxComment);
    fields.done();
    const auto checked = store::check(rule);
    if (!checked) throw BadRequest("", checked.error().message);
    return rule;
}

}  // namespace

void EditingApi::add_pages(PageSet& pages) {
    using store::Role;
    const auto call = [this](Awaitable<http::Response> (EditingApi::*handler)(http::Request)) {
        return
            [this, handler](http::Request request) { return (this->*handler)(std::move(request)); };
    };
    const auto make = call(&EditingApi::make_module);
    pages.add("POST", "/modules", "a new module by name", Role::edit, kMaxBody, make);
    const auto edit = call(&EditingApi::edit);
    pages.add("POST", "/modules/{module}/edits", "edits a module", Role::edit, kMaxBody, edit);
    const auto undo = call(&EditingApi::undo);
    pages.add("POST", "/history/{id}/undo", "takes an edit back", Role::edit, kMaxSmallBody, undo);
    const auto add = call(&EditingApi::add_alarm);
    pages.add("POST", "/alarms", "a new rule", Role::edit, kMaxSmallBody, add);
    const auto remove = call(&EditingApi::remove_alarm);
    pages.add("DELETE", "/alarms/{id}", "removes a rule", Role::edit, 0, remove);
    const auto confirm = call(&EditingApi::confirm);
    pages.add(
        "POST", "/held/confirm", "says that the table is right", Role::admin, kMaxSmallBody, confirm
    );
}

Awaitable<> EditingApi::tell(store::Database& database) {
    changed_();
    store::DnsPresence presence(database);
    auto listing = presence.addresses();
    const auto addresses = co_await std::move(listing);
    if (addresses) admin::send_look(*addresses);
}

Awaitable<http::Response> EditingApi::make_module(http::Request request) {
    const auto body = parse_body(request.body);
    JsonFields fields(body);
    const auto name = fields.text("name", kMaxNameLength);
    if (const auto why = why_no_name(name); !why.empty()) {
        throw BadRequest("name", "is none: " + std::string(why));
    }
    store::NamedRows wanted;
    wanted.rows = parse_endpoints(fields.array("endpoints", kMaxEndpoints), "endpoints", {});
    fields.done();
    auto borrowing = pool_.borrow();
    const auto lease = co_await std::move(borrowing);
    if (!lease) co_return store_error(lease.error());
    auto& database = **lease;
    auto finding = find_module(database, ModuleWord{name, {}});
    const auto there = co_await std::move(finding);
    if (!there) co_return store_error(there.error());
    if (*there) co_return error_answer(409, "there is a module of that name already", "name");
    store::RowsByName named;
    named[name] = std::move(wanted);
    store::NamedRoutes routes(database);
    auto putting = routes.put({}, std::move(named));
    const auto put = co_await std::move(putting);
    if (!put) co_return store_error(put.error());
    if (put->made.empty()) {
        co_return error_answer(409, "somebody made a module of that name meanwhile", "name");
    }
    auto telling = tell(database);
    co_await std::move(telling);
    const auto& made = put->made.front().module;
    co_return json_answer(
        json::object{{"name", name}, {"modid", made.modid}, {"cmdid", made.cmdid}}, 201
    );
}

Awaitable<http::Response> EditingApi::edit(http::Request request) {
    const auto word = parse_module(request.parameter("module"));
    const auto body = parse_body(request.body);
    JsonFields fields(body);
    store::ModuleEdit wanted;
    wanted.etag = fields.text("etag", kEtagLength);
    wanted.actor = caller_of(request).actor();
    const bool dry_run = fields.flag("dry_run");
    wanted.wanted = parse_endpoints(fields.array("endpoints", kMaxEndpoints), "endpoints", {});
    fields.done();
    auto borrowing = pool_.borrow();
    const auto lease = co_await std::move(borrowing);
    if (!lease) co_return store_error(lease.error());
    auto& database = **lease;
    auto finding = find_module(database, word);
    const auto module = co_await std::move(finding);
    if (!module) co_return store_error(module.error());
    if (!*module) co_return error_answer(404, "no module is called so");
    wanted.module = **module;
    for (auto& row : wanted.wanted) row.module = wanted.module;
    store::ModuleEdits edits(database);
    auto editing = dry_run ? edits.preview(std::move(wanted)) : edits.commit(std::move(wanted));
    const auto outcome = co_await std::move(editing);
    if (!outcome) co_return store_error(outcome.error());
    if (outcome->conflict) co_return conflict(*outcome);
    if (!dry_run) {
        auto telling = tell(database);
        co_await std::move(telling);
    }
    co_return json_answer(outcome_json(*outcome));
}

Awaitable<http::Response> EditingApi::undo(http::Request request) {
    const auto id = id_of(request, std::numeric_limits<std::int64_t>::max());
    auto borrowing = pool_.borrow();
    const auto lease = co_await std::move(borrowing);
    if (!lease) co_return store_error(lease.error());
    auto& database = **lease;
    store::ModuleEdits edits(database);
    auto undoing = edits.undo(id, caller_of(request).actor());
    const auto outcome = co_await std::move(undoing);
    if (!outcome) co_return store_error(outcome.error());
    if (outcome->conflict) co_return conflict(*outcome);
    auto telling = tell(database);
    co_await std::move(telling);
    co_return json_answer(outcome_json(*outcome));
}

Awaitable<http::Response> EditingApi::add_alarm(http::Request request) {
    auto rule = parse_rule(parse_body(request.body));
    auto borrowing = pool_.borrow();
    const auto lease = co_await std::move(borrowing);
    if (!lease) co_return store_error(lease.error());
    store::Alarms alarms(**lease);
    auto adding = alarms.add_rule(std::move(rule));
    const auto added = co_await std::move(adding);
    if (!added) co_return store_error(added.error());
    changed_();
    co_return json_answer(json::object{{"id", *added}}, 201);
}

Awaitable<http::Response> EditingApi::remove_alarm(http::Request request) {
    const auto id = id_of(request, std::numeric_limits<std::uint32_t>::max());
    std::vector<std::uint32_t> ids{static_cast<std::uint32_t>(id)};
    auto borrowing = pool_.borrow();
    const auto lease = co_await std::move(borrowing);
    if (!lease) co_return store_error(lease.error());
    store::Alarms alarms(**lease);
    auto removing = alarms.remove_rules(std::move(ids));
    const auto removed = co_await std::move(removing);
    if (!removed) co_return store_error(removed.error());
    changed_();
    co_return no_content();
}

Awaitable<http::Response> EditingApi::confirm(http::Request /*request*/) {
    auto borrowing = pool_.borrow();
    const auto lease = co_await std::move(borrowing);
    if (!lease) co_return store_error(lease.error());
    auto& database = **lease;
    store::RouteEdits edits(database);
    auto confirming = edits.confirm();
    const auto confirmed = co_await std::move(confirming);
    if (!confirmed) co_return store_error(confirmed.error());
    auto telling = tell(database);
    co_await std::move(telling);
    co_return json_answer(json::object{
        {"version", confirmed->version}, {"rows", confirmed->rows}, {"adopted", confirmed->adopted}}
    );
}

}  // namespace lars::console

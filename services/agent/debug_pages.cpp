#include "agent/debug_pages.hpp"

#include "runtime/ask.hpp"

#include <boost/json.hpp>
#include <spdlog/fmt/chrono.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <map>

namespace lars::agent {
namespace {

namespace json = boost::json;

constexpr std::string_view kList = "/debug/modules";
constexpr std::size_t kDefaultLimit = 1'000;
constexpr std::size_t kMaxLimit = 10'000;
// How many modules a shard is asked about at once: their ids, which is a cache miss for each; and
// all that the list says of them.
constexpr std::size_t kIdsAtOnce = 1'024;
constexpr std::size_t kModulesAtOnce = 128;
constexpr ModuleId kBeforeAll{-1, -1};

struct Summary {
    ModuleId module;
    std::uint64_t etag = 0;
    std::size_t endpoints = 0;
    std::string policy;
    lb::Time unused{};
    std::uint64_t questions = 0;
    std::uint64_t reports = 0;
};

struct Details {
    Summary summary;
    lb::EndpointTablePtr endpoint_table;  // null: no route
    std::vector<lb::EndpointView> endpoints;
    std::vector<Change> changes;
};

struct Ids {
    std::vector<ModuleId> modules;
    std::size_t left = 0;
};

lb::Time now() {
    return Clock::now().time_since_epoch();
}

// A shard drops a module by putting its last one in the place: going backwards sees each that
// stays.
Ids ids_before(const ModuleTable& table, std::size_t end, ModuleId after) {
    end = std::min(end, table.size());
    Ids found{.modules = {}, .left = end - std::min(end, kIdsAtOnce)};
    for (auto i = found.left; i < end; ++i) {
        const auto id = table.at(i).id();
        if (after < id) found.modules.push_back(id);
    }
    return found;
}

Summary summarize(const ModuleTable::Module& module) {
    Summary summary{
        .module = module.id(),
        .unused = now() - module.last_used(),
        .questions = module.questions(),
        .reports = module.reports(),
    };
    if (const auto* balancer = module.balancer()) {
        summary.etag = balancer->endpoint_table().etag();
        summary.endpoints = balancer->endpoint_table().size();
        summary.policy = balancer->policy().name();
    }
    return summary;
}

std::vector<Summary> summarize(ModuleTable& table, const std::vector<ModuleId>& modules) {
    std::vector<Summary> found;
    for (const auto id : modules) {
        if (const auto* module = table.find(id)) found.push_back(summarize(*module));
    }
    return found;
}

std::optional<Details> details_of(ShardPump& shard, ModuleId id) {
    const auto* module = shard.modules().find(id);
    if (!module) return {};
    Details details{.summary = summarize(*module), .changes = shard.changes().of(id)};
    if (const auto* balancer = module->balancer()) {
        details.endpoint_table = balancer->shared_endpoint_table();
        details.endpoints.reserve(details.endpoint_table->size());
        balancer->visit([&details](const auto& view) { details.endpoints.push_back(view); });
    }
    return details;
}

json::object to_json(const Summary& summary, std::size_t shard) {
    return {
        {"module", to_string(summary.module)},
        {"shard", shard},
        {"endpoints", summary.endpoints},
        {"etag", fmt::format("{:016x}", summary.etag)},  // a JSON number may lose digits
        {"policy", summary.policy},
        {"unused_ms",
         std::chrono::duration_cast<std::chrono::milliseconds>(summary.unused).count()},
        {"questions", summary.questions},
        {"reports", summary.reports},
    };
}

json::object to_json(
    const lb::EndpointView& view, const lb::EndpointTable& endpoint_table, lb::Slot slot
) {
    return {
        {"endpoint", to_string(view.endpoint)},
        {"weight", endpoint_table.configured_weight(slot)},
        {"zone", endpoint_table.zone(slot)},
        {"state", lb::to_string(view.state)},
        {"successes", view.successes},
        {"failures", view.failures},
        {"latency_us", std::llround(view.load.latency_us)},
        {"in_flight", std::llround(view.load.in_flight)},
        {"failure_rate", view.load.failure_rate},
    };
}

json::object to_json(const Change& change) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(change.when);
    const auto part = std::chrono::duration_cast<std::chrono::milliseconds>(change.when - seconds);
    const auto time = std::chrono::system_clock::to_time_t(seconds);
    return {
        {"time", fmt::format("{:%FT%T}.{:03}Z", fmt::gmtime(time), part.count())},
        {"endpoint", to_string(change.what.endpoint)},
        {"from", lb::to_string(change.what.from)},
        {"to", lb::to_string(change.what.to)},
        {"value", change.what.value},
        {"limit", change.what.limit},
        {"text", describe(change.what)},
    };
}

json::object to_json(const Details& details, std::size_t shard) {
    auto out = to_json(details.summary, shard);
    json::object parameters;
    json::array endpoints;
    json::array changes;
    if (details.endpoint_table) {
        for (const auto& [name, value] : details.endpoint_table->policy().parameters) {
            parameters[name] = value;
        }
    }
    lb::Slot slot = 0;
    for (const auto& view : details.endpoints) {
        endpoints.push_back(to_json(view, *details.endpoint_table, slot++));
    }
    for (const auto& change : details.changes) changes.push_back(to_json(change));
    out["policy"] =
        json::object{{"name", details.summary.policy}, {"parameters", std::move(parameters)}};
    out["endpoints"] = std::move(endpoints);
    out["changes"] = std::move(changes);
    return out;
}

http::Response answer(unsigned status, const json::object& body) {
    return {
        .status = status, .body = json::serialize(body) + '\n', .content_type = http::kJsonType};
}

http::Response refuse(unsigned status, const std::string& why) {
    return answer(status, {{"error", why}});
}

std::optional<ModuleId> parse_module(std::string_view text) {
    ModuleId id;
    const auto* const end = text.data() + text.size();
    const auto first = std::from_chars(text.data(), end, id.modid);
    if (first.ec != std::errc() || first.ptr == end || *first.ptr != '/') return {};
    const auto second = std::from_chars(first.ptr + 1, end, id.cmdid);
    if (second.ec != std::errc() || second.ptr != end || !id.valid()) return {};
    return id;
}

// Answers what is wrong, or nothing.
std::string parse_query(const http::Request& request, std::size_t& limit, ModuleId& after) {
    for (const auto& [name, value] : request.query) {
        if (name == "limit") {
            const auto* const end = value.data() + value.size();
            const auto [stop, error] = std::from_chars(value.data(), end, limit);
            if (error != std::errc() || stop != end || limit < 1 || limit > kMaxLimit) {
                return "limit is a number from 1 to " + std::to_string(kMaxLimit);
            }
        } else if (name == "after") {
            const auto id = parse_module(value);
            if (!id) return "after is a module such as 1/2";
            after = *id;
        } else {
            return "there is limit=NUMBER and after=MODID/CMDID, and no " + name;
        }
    }
    return "";
}

}  // namespace

std::vector<http::Page> DebugPages::pages() {
    const auto list_modules = [this](http::Request request) { return list(std::move(request)); };
    const auto show_module = [this](http::Request request) { return show(std::move(request)); };
    const std::string path(kList);
    return {
        {path, "modules in order, ?limit=1000&after=MODID/CMDID", list_modules},
        {path + '/', "MODID/CMDID: endpoints, their states and what changed them", show_module},
    };
}

Awaitable<http::Response> DebugPages::list(http::Request request) {
    auto limit = kDefaultLimit;
    auto after = kBeforeAll;
    const auto wrong = parse_query(request, limit, after);
    if (!wrong.empty()) co_return refuse(400, wrong);

    auto finding = find_modules(after);
    auto modules = co_await std::move(finding);
    const bool more = modules.size() > limit;
    if (more) modules.resize(limit);

    std::vector<std::vector<ModuleId>> by_shard(shards_.size());
    for (const auto id : modules) by_shard[shard_of(id, shards_.size())].push_back(id);
    std::map<ModuleId, json::object> rows;
    for (std::size_t shard = 0; shard < shards_.size(); ++shard) {
        auto& wanted = by_shard[shard];
        while (!wanted.empty()) {
            const auto cut = wanted.end() - std::min<long>(kModulesAtOnce, std::ssize(wanted));
            std::vector<ModuleId> part(cut, wanted.end());
            wanted.erase(cut, wanted.end());
            auto& pump = *shards_[shard];
            auto job = [&pump, part = std::move(part)] { return summarize(pump.modules(), part); };
            auto asking = runtime::ask(pump.executor(), std::move(job));
            const auto summaries = co_await std::move(asking);
            for (const auto& each : summaries) rows.emplace(each.module, to_json(each, shard));
        }
    }
    json::array array;
    for (auto& [id, row] : rows) array.push_back(std::move(row));
    json::object body{{"modules", std::move(array)}, {"next", nullptr}};
    if (more) body["next"] = to_string(modules.back());
    co_return answer(200, body);
}

Awaitable<std::vector<ModuleId>> DebugPages::find_modules(ModuleId after) {
    std::vector<ModuleId> all;
    for (const auto& shard : shards_) {
        auto end = std::numeric_limits<std::size_t>::max();
        while (end > 0) {
            auto& pump = *shard;
            auto job = [&pump, end, after] { return ids_before(pump.modules(), end, after); };
            auto asking = runtime::ask(pump.executor(), std::move(job));
            const auto part = co_await std::move(asking);
            all.insert(all.end(), part.modules.begin(), part.modules.end());
            end = part.left;
        }
    }
    std::sort(all.begin(), all.end());
    // One that took a dropped module's place meanwhile was seen twice.
    all.erase(std::unique(all.begin(), all.end()), all.end());
    co_return all;
}

Awaitable<http::Response> DebugPages::show(http::Request request) {
    const auto text = request.path.substr(kList.size() + 1);
    const auto id = parse_module(text);
    if (!id)
        co_return refuse(404, "'" + text + "' is no module: MODID/CMDID, two numbers from 0 up");
    const auto shard = shard_of(*id, shards_.size());
    auto& pump = *shards_[shard];
    auto job = [&pump, module = *id] { return details_of(pump, module); };
    auto asking = runtime::ask(pump.executor(), std::move(job));
    const auto details = co_await std::move(asking);
    if (!details) {
        co_return refuse(404, "module " + to_string(*id) + " is unknown: no process asks for it");
    }
    co_return answer(200, to_json(*details, shard));
}

}  // namespace lars::agent

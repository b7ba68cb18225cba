#include "agent/debug_pages.hpp"

#include "agent/debug_json.hpp"
#include "agent/module_view.hpp"
#include "runtime/run_on.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <charconv>
#include <limits>
#include <map>

namespace lars::agent {
namespace {

namespace json = boost::json;

constexpr std::string_view kList = "/debug/modules";
constexpr std::size_t kDefaultLimit = 1'000;
constexpr std::size_t kMaxLimit = 10'000;
// Of how many modules a shard is asked for a summary at once.
constexpr std::size_t kModulesAtOnce = 128;
constexpr ModuleId kBeforeAll{-1, -1};

lb::Time now() {
    return Clock::now().time_since_epoch();
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
            auto job = [&pump, part = std::move(part)] {
                return summarize(pump.modules(), part, now());
            };
            auto asking = runtime::run_on(pump.executor(), std::move(job));
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
            auto job = [&pump, end, after] {
                return ids_before(pump.modules().modules(), end, after);
            };
            auto asking = runtime::run_on(pump.executor(), std::move(job));
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
    auto job = [&pump, module = *id] {
        return details_of(pump.modules(), pump.changes(), module, now());
    };
    auto asking = runtime::run_on(pump.executor(), std::move(job));
    const auto details = co_await std::move(asking);
    if (!details) {
        co_return refuse(404, "module " + to_string(*id) + " is unknown: no process asks for it");
    }
    co_return answer(200, to_json(*details, shard));
}

}  // namespace lars::agent

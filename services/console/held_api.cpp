#include "console/held_api.hpp"

#include "base/endpoint.hpp"
#include "console/answers.hpp"
#include "console/module_word.hpp"
#include "net/ask_held.hpp"
#include "store/dns_presence.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace lars::console {
namespace {

namespace json = boost::json;

const char* reason_of(HeldResponse::Reason reason, bool large) {
    switch (reason) {
        case HeldResponse::REASON_OTHER_STORE:
            return "other_store";
        case HeldResponse::REASON_LATER_VERSION:
            return "later_version";
        case HeldResponse::REASON_EMPTY_STORE:
            return "empty_store";
        case HeldResponse::REASON_UNKNOWN_HOST:
            return "unknown_host";
        default:
            return large || reason == HeldResponse::REASON_LARGE ? "large" : "unexplained";
    }
}

/// What several dns services hold, each thing once.
class Held {
public:
    explicit Held(const admin::NamesById& names) : names_(names) {}

    void add(const HeldResponse& said) {
        doubtful_ = doubtful_ || said.doubtful();
        for (const auto& each : said.module()) add(each);
        for (const auto& each : said.name()) add(each);
        for (const auto& each : said.owner()) add(each);
    }

    json::object take() {
        json::object all{{"doubtful", doubtful_}};
        const auto put = [&all](const char* key, std::map<std::string, json::object>& lines) {
            json::array array;
            for (auto& [text, line] : lines) array.push_back(std::move(line));
            all[key] = std::move(array);
        };
        put("modules", modules_);
        put("names", held_names_);
        put("owners", owners_);
        return all;
    }

private:
    void add(const HeldResponse::Module& module) {
        const ModuleId id{module.modid(), module.cmdid()};
        const auto* reason = reason_of(module.reason(), module.large());
        json::object line{
            {"modid", id.modid},
            {"cmdid", id.cmdid},
            {"served_rows", module.served_rows()},
            {"stored_rows", module.stored_rows()},
            {"reason", reason},
            {"agents", module.agents()}};
        if (const auto& name = admin::name_of(id, names_); !name.empty()) line["name"] = name;
        modules_[to_string(id) + ' ' + reason] = std::move(line);
    }
    void add(const HeldResponse::Name& name) {
        held_names_[name.name()] = {
            {"name", name.name()},
            {"modid", name.modid()},
            {"cmdid", name.cmdid()},
            {"reason", reason_of(name.reason(), false)},
            {"agents", name.agents()}};
    }
    void add(const HeldResponse::Owner& owner) {
        const ModuleId id{owner.modid(), owner.cmdid()};
        json::object line{
            {"host", owner.host()},
            {"reason", owner.flood() ? "flood" : "last_ones"},
            {"held_ms", owner.held_ms()}};
        if (owner.one_module()) line["module"] = admin::module_text(id, names_);
        owners_[owner.owner() + to_string(id)] = std::move(line);
    }

    const admin::NamesById& names_;
    bool doubtful_ = false;
    std::map<std::string, json::object> modules_;
    std::map<std::string, json::object> held_names_;
    std::map<std::string, json::object> owners_;
};

}  // namespace

void HeldApi::add_pages(PageSet& pages) {
    const auto held = [this](http::Request request) { return this->held(std::move(request)); };
    pages.get("/held", "what dns doesn't believe", held);
}

Awaitable<http::Response> HeldApi::held(http::Request /*request*/) {
    std::vector<std::string> addresses;
    admin::NamesById names;
    {
        auto borrowing = pool_.borrow();
        const auto lease = co_await std::move(borrowing);
        if (!lease) co_return store_error(lease.error());
        auto& database = **lease;
        store::DnsPresence presence(database);
        auto listing = presence.addresses();
        auto listed = co_await std::move(listing);
        if (!listed) co_return store_error(listed.error());
        addresses = std::move(*listed);
        auto reading = read_names(database);
        auto read = co_await std::move(reading);
        if (!read) co_return store_error(read.error());
        names = std::move(*read);
    }
    Held held(names);
    json::array asked;
    json::value problem;
    if (addresses.empty()) problem = "no dns service says that it lives";
    for (const auto& address : addresses) {
        const auto endpoint = parse_endpoint(address);
        if (!endpoint) continue;
        runtime::PeerAddress dns{address_to_string(*endpoint), endpoint->port};
        auto asking = net::ask_held(executor_, std::move(dns));
        const auto answer = co_await std::move(asking);
        if (answer.response) {
            asked.emplace_back(address);
            held.add(*answer.response);
        } else {
            problem = answer.error;
        }
    }
    auto object = held.take();
    object["asked"] = std::move(asked);
    object["problem"] = std::move(problem);
    co_return json_answer(object);
}

}  // namespace lars::console

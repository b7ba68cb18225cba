#include "admin/table.hpp"
#include "base/owner.hpp"
#include "cli/commands.hpp"
#include "cli/held_query.hpp"
#include "store/store_identity.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <iostream>

namespace lars::cli {
namespace {

struct Reason {
    const char* name;
    const char* words;
};

// A dns of before says no more than whether it is a large one.
Reason reason_of(HeldResponse::Reason reason, bool large) {
    switch (reason) {
        case HeldResponse::REASON_OTHER_STORE:
            return {"other_store", "from another store"};
        case HeldResponse::REASON_LATER_VERSION:
            return {"later_version", "from a later version of this store"};
        case HeldResponse::REASON_EMPTY_STORE:
            return {"empty_store", "this store began empty"};
        case HeldResponse::REASON_UNKNOWN_HOST:
            return {"unknown_host", "no name server answers for one of its hosts"};
        default:
            if (large) return {"large", "too many rows removed at once"};
            return {"unexplained", "not in the change log"};
    }
}

Reason reason_of(const HeldResponse::Module& module) {
    return reason_of(module.reason(), module.large());
}

Reason reason_of(const HeldResponse::Name& name) {
    return reason_of(name.reason(), name.reason() == HeldResponse::REASON_LARGE);
}

std::string origin_of(const HeldResponse::Module& module) {
    if (module.store_id() == 0) return "-";
    return store::store_id_text(module.store_id()) + " at " + std::to_string(module.version());
}

// All agents, which are served what dns has, or some, which are left alone with what they have.
std::string agents_of(const HeldResponse::Module& module) {
    return module.agents() == 0 ? "all" : std::to_string(module.agents());
}

std::string owner_of(const HeldResponse::Owner& owner) {
    OwnerId id{};
    std::copy_n(owner.owner().begin(), std::min(owner.owner().size(), id.size()), id.begin());
    return to_hex(id);
}

void print_owners(const runtime::PeerAddress& dns, const HeldResponse& answer) {
    std::cout << "dns " << to_string(dns) << ": the instances of " << answer.owners()
              << " agents that are gone are held\n";
    std::vector<std::vector<std::string>> table{{"HOST", "OWNER", "MODULE", "FOR", "WHY"}};
    for (const auto& owner : answer.owner()) {
        const auto module = to_string(ModuleId{owner.modid(), owner.cmdid()});
        table.push_back(
            {owner.host(),
             owner_of(owner),
             owner.one_module() ? module : "all",
             std::to_string(owner.held_ms() / 1'000) + " s",
             owner.flood() ? "too many agents went at once"
                           : "they are the module's last, or more than half of it"}
        );
    }
    std::cout << admin::format_table(table);
}

boost::json::array owners_json(const HeldResponse& answer) {
    boost::json::array owners;
    for (const auto& owner : answer.owner()) {
        boost::json::object object{
            {"owner", owner_of(owner)},
            {"host", owner.host()},
            {"reason", owner.flood() ? "flood" : "last_ones"},
            {"held_ms", owner.held_ms()}};
        if (owner.one_module()) {
            object["modid"] = owner.modid();
            object["cmdid"] = owner.cmdid();
        }
        owners.push_back(std::move(object));
    }
    return owners;
}

void print_json(
    const std::vector<runtime::PeerAddress>& services, const std::vector<HeldResponse>& answers
) {
    boost::json::array all;
    for (std::size_t i = 0; i < services.size(); ++i) {
        boost::json::array modules;
        for (const auto& module : answers[i].module()) {
            modules.push_back(boost::json::object{
                {"modid", module.modid()},
                {"cmdid", module.cmdid()},
                {"served_rows", module.served_rows()},
                {"stored_rows", module.stored_rows()},
                {"reason", reason_of(module).name},
                {"agents", module.agents()},
                {"store", module.store_id() == 0 ? "" : store::store_id_text(module.store_id())},
                {"version", module.version()}});
        }
        boost::json::array names;
        for (const auto& name : answers[i].name()) {
            names.push_back(boost::json::object{
                {"name", name.name()},
                {"modid", name.modid()},
                {"cmdid", name.cmdid()},
                {"reason", reason_of(name).name},
                {"agents", name.agents()}});
        }
        all.push_back(boost::json::object{
            {"dns", to_string(services[i])},
            {"version", answers[i].version()},
            {"store", store::store_id_text(answers[i].store_id())},
            {"held", answers[i].modules()},
            {"doubtful", answers[i].doubtful()},
            {"modules", std::move(modules)},
            {"held_names", answers[i].names()},
            {"names", std::move(names)},
            {"held_owners", answers[i].owners()},
            {"owners", owners_json(answers[i])}});
    }
    std::cout << boost::json::serialize(all) << '\n';
}

void print_names(const runtime::PeerAddress& dns, const HeldResponse& answer) {
    std::cout << "dns " << to_string(dns) << ": " << answer.names() << " names held\n";
    std::vector<std::vector<std::string>> table{{"NAME", "MODID", "CMDID", "AGENTS", "WHY"}};
    for (const auto& name : answer.name()) {
        table.push_back(
            {name.name(),
             std::to_string(name.modid()),
             std::to_string(name.cmdid()),
             name.agents() == 0 ? "all" : std::to_string(name.agents()),
             reason_of(name).words}
        );
    }
    std::cout << admin::format_table(table);
}

void print_text(const runtime::PeerAddress& dns, const HeldResponse& answer) {
    if (answer.doubtful()) {
        std::cout << "dns " << to_string(dns)
                  << ": rows were missing at its start that no edit had removed; no agent is told "
                     "that a module is gone\n";
    }
    if (answer.modules() == 0 && answer.names() == 0 && answer.owners() == 0) {
        std::cout << "dns " << to_string(dns) << ": nothing is held\n";
        return;
    }
    if (answer.owners() > 0) print_owners(dns, answer);
    if (answer.names() > 0) print_names(dns, answer);
    if (answer.modules() == 0) return;
    std::cout << "dns " << to_string(dns) << ": " << answer.modules()
              << " modules held; its store is " << store::store_id_text(answer.store_id())
              << " at version " << answer.version() << '\n';
    std::vector<std::vector<std::string>> table{
        {"MODID", "CMDID", "SERVED", "IN TABLE", "AGENTS", "ROUTE FROM", "WHY"}};
    for (const auto& module : answer.module()) {
        table.push_back(
            {std::to_string(module.modid()),
             std::to_string(module.cmdid()),
             std::to_string(module.served_rows()),
             std::to_string(module.stored_rows()),
             agents_of(module),
             origin_of(module),
             reason_of(module).words}
        );
    }
    std::cout << admin::format_table(table);
}

}  // namespace

int route_held(const Words& words) {
    std::string dns = "127.0.0.1:7778";
    Arguments arguments(
        "route held",
        "",
        "Shows the modules and names that dns serves as they were, or that it leaves to agents as\n"
        "they have them, because it doesn't believe its store; and the agents that are gone, but\n"
        "whose instances aren't taken away. Exit status 1 if there are any."
    );
    arguments.flags(
    )("dns",
      boost::program_options::value<std::string>(&dns),
      "HOST:PORT[,HOST:PORT] of the dns services [127.0.0.1:7778]")("json", "print a JSON array");
    if (!arguments.parse(words, 0, 0)) return 0;
    const auto services = runtime::parse_peers(dns);
    if (!services) throw UsageError("--dns '" + dns + "' is not HOST:PORT[,HOST:PORT]");
    std::vector<HeldResponse> answers;
    bool any = false;
    for (const auto& each : *services) {
        answers.push_back(query_held(each));
        const auto& last = answers.back();
        any = any || last.modules() > 0 || last.names() > 0 || last.owners() > 0 || last.doubtful();
    }
    if (arguments.given("json")) {
        print_json(*services, answers);
    } else {
        for (std::size_t i = 0; i < services->size(); ++i) print_text(services->at(i), answers[i]);
    }
    return any ? 1 : 0;
}

}  // namespace lars::cli

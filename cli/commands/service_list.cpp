#include "admin/table.hpp"
#include "base/instance.hpp"
#include "cli/commands.hpp"
#include "cli/local_agent.hpp"
#include "wire/announcement.hpp"

#include <boost/json.hpp>

#include <iostream>

namespace lars::cli {
namespace {

const char* state_name(const ServiceResponse::Service& service) {
    switch (service.instance().state()) {
        case InstanceInfo::SERVES:
            return "serves";
        case InstanceInfo::FAILING:
            return "failing";
        case InstanceInfo::DRAINING:
            return "draining";
        case InstanceInfo::STARTING:
            return "starting";
        default:
            return "?";
    }
}

const char* check_name(const CheckInfo& check) {
    switch (check.kind()) {
        case CheckInfo::KIND_TCP:
            return "tcp";
        case CheckInfo::KIND_HTTP:
            return "http";
        case CheckInfo::KIND_GRPC:
            return "grpc";
        case CheckInfo::KIND_PID:
            return "pid";
        default:
            return "none";
    }
}

std::string state_of(const ServiceResponse::Service& service) {
    std::string state = state_name(service);
    if (!service.instance().reason().empty()) state += ", " + service.instance().reason();
    if (!service.refused().empty()) return state + "; dns refuses it: " + service.refused();
    const bool said = service.announced() || service.instance().state() == InstanceInfo::STARTING;
    return said ? state : state + "; dns hasn't stored it yet";
}

std::string endpoint_of(const ServiceResponse::Service& service) {
    const auto instance = wire::from_wire(service.instance());
    return instance ? to_string(instance->key.endpoint) : "?";
}

std::string service_of(const InstanceInfo& instance) {
    if (!instance.name().empty()) return instance.name();
    return to_string(ModuleId{instance.modid(), instance.cmdid()});
}

void print_json(const ServiceResponse& response) {
    boost::json::array services;
    for (const auto& each : response.service()) {
        const auto& instance = each.instance();
        services.push_back(boost::json::object{
            {"service", service_of(instance)},
            {"endpoint", endpoint_of(each)},
            {"weight", instance.host().weight()},
            {"state", state_name(each)},
            {"reason", instance.reason()},
            {"since_ms", each.since_ms()},
            {"check", check_name(each.check())},
            {"source", each.source()},
            {"stored", each.announced()},
            {"refused", each.refused()}});
    }
    const boost::json::object all{
        {"can_register", response.can_register()},
        {"trouble", response.trouble()},
        {"services", std::move(services)}};
    std::cout << boost::json::serialize(all) << '\n';
}

}  // namespace

int service_list(const Words& words) {
    std::string socket;
    Arguments arguments(
        "service list",
        "",
        "Shows what is registered at the agent of this host, by files and by programs, and how it\n"
        "stands. Exit status 1 if something is wrong with it."
    );
    add_socket_flag(arguments, socket);
    arguments.flags()("json", "print a JSON object");
    if (!arguments.parse(words, 0, 0)) return 0;
    const auto response = ask_agent(socket, ServicesRequest());
    const bool wrong = !response.trouble().empty();
    if (arguments.given("json")) {
        print_json(response);
        return wrong ? 1 : 0;
    }
    std::vector<std::vector<std::string>> table{
        {"SERVICE", "ENDPOINT", "WEIGHT", "CHECK", "REGISTERED BY", "STATE"}};
    for (const auto& each : response.service()) {
        const auto& instance = each.instance();
        table.push_back(
            {service_of(instance),
             endpoint_of(each),
             std::to_string(instance.host().weight()),
             check_name(each.check()),
             each.source(),
             state_of(each)}
        );
    }
    std::cout << admin::format_table(table);
    if (response.service().empty()) std::cerr << "lars: nothing is registered here\n";
    if (wrong) std::cerr << "lars: " << response.trouble() << '\n';
    return wrong ? 1 : 0;
}

}  // namespace lars::cli

#include "cli/commands.hpp"
#include "cli/local_agent.hpp"

#include <chrono>
#include <iostream>

namespace lars::cli {
namespace {

using namespace std::chrono_literals;

int change(const std::string& socket, const DrainRequest& request, const char* done) {
    ask_agent(socket, request);
    std::cout << done << '\n';
    return 0;
}

}  // namespace

int service_drain(const Words& words) {
    std::string socket;
    std::chrono::milliseconds time{0};
    Arguments arguments(
        "service drain",
        "NAME | MODID CMDID  [PORT]",
        "Lets the weight of what is registered here fall to 0, so that nobody calls it any more,\n"
        "and keeps it registered: until lars service undrain, or the agent's next start."
    );
    add_socket_flag(arguments, socket);
    arguments.flags(
    )("time", duration(time, {0ms, 1h}), "over which [what it was registered with]");
    if (!arguments.parse_module(words, 0, 1)) return 0;
    DrainRequest request;
    *request.mutable_instance() = instance_pattern(arguments);
    if (arguments.given("time")) request.set_drain_ms(static_cast<std::uint32_t>(time.count()));
    return change(socket, request, "draining");
}

int service_undrain(const Words& words) {
    std::string socket;
    Arguments arguments(
        "service undrain", "NAME | MODID CMDID  [PORT]", "Gives what was drained its weight again."
    );
    add_socket_flag(arguments, socket);
    if (!arguments.parse_module(words, 0, 1)) return 0;
    DrainRequest request;
    *request.mutable_instance() = instance_pattern(arguments);
    request.set_end(true);
    return change(socket, request, "serving");
}

int service_withdraw(const Words& words) {
    std::string socket;
    Arguments arguments(
        "service withdraw",
        "NAME | MODID CMDID  [PORT]",
        "Withdraws what is registered here, with its drain. What a file registers comes again "
        "when\n"
        "that changes, or at the agent's next start; what a program does, when that asks again."
    );
    add_socket_flag(arguments, socket);
    arguments.flags()("now", "without its drain");
    if (!arguments.parse_module(words, 0, 1)) return 0;
    WithdrawRequest request;
    *request.mutable_instance() = instance_pattern(arguments);
    request.set_at_once(arguments.given("now"));
    ask_agent(socket, request);
    std::cout << "withdrawn\n";
    return 0;
}

}  // namespace lars::cli

#include "cli/client_flags.hpp"
#include "cli/commands.hpp"

#include <boost/json.hpp>

#include <iostream>

namespace lars::cli {
namespace {

using namespace std::chrono_literals;
namespace json = boost::json;

json::object to_json(const Host& host) {
    return {{"host", host.address}, {"port", host.port}};
}

}  // namespace

int get_host(const Words& words) {
    ClientOptions options;
    Arguments arguments(
        "get-host", "MODID CMDID", "Prints the endpoint to call; exit status 1 if there is none."
    );
    add_client_flags(arguments, options);
    arguments.flags()("json", "print a JSON object")(
        "wait",
        duration(options.first_call_wait, {0ms, kTimeouts.max}),
        "for a module that the agent has to learn first; 0: not at all [20ms]"
    );
    if (!arguments.parse(words, 2, 2)) return 0;
    auto client = make_client(options);
    const auto id = arguments.module();
    auto answer = client.get_host(id.modid, id.cmdid);
    // An agent of the original doesn't wait, but has learnt the module a moment later.
    const bool wait = options.first_call_wait > 0ms;
    if (wait && answer.code() == Code::noexist &&
        client.reg_init(id.modid, id.cmdid) == Code::succ) {
        answer = client.get_host(id.modid, id.cmdid);
    }
    if (arguments.given("json")) {
        auto object = answer ? to_json(*answer) : json::object();
        object["code"] = to_string(answer.code());
        std::cout << json::serialize(object) << '\n';
    } else if (answer) {
        std::cout << to_string(*answer) << '\n';
    } else {
        std::cerr << "lars get-host: module " << to_string(id) << ": "
                  << explain(answer.code(), options) << '\n';
    }
    return answer ? 0 : 1;
}

}  // namespace lars::cli

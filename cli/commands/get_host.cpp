#include "cli/client_flags.hpp"
#include "cli/commands.hpp"

#include <boost/json.hpp>

#include <iostream>

namespace lars::cli {
namespace {

using namespace std::chrono_literals;
namespace json = boost::json;
namespace po = boost::program_options;

json::object to_json(const Choice& choice) {
    return {
        {"host", choice.host.address},
        {"port", choice.host.port},
        {"modid", choice.modid},
        {"cmdid", choice.cmdid}};
}

}  // namespace

int get_host(const Words& words) {
    ClientOptions options;
    Arguments arguments(
        "get-host",
        "NAME|MODID CMDID",
        "Prints the endpoint to call; exit status 1 if there is none."
    );
    add_client_flags(arguments, options);
    arguments.flags()("json", "print a JSON object")(
        "wait",
        duration(options.first_call_wait, {0ms, kTimeouts.max}),
        "for a module that the agent has to learn first; 0: not at all [20ms]"
    );
    Request request;
    arguments.flags(
    )("select", po::value(&request.select), "only an endpoint with this tag: version=2");
    if (!arguments.parse_module(words, 0, 0)) return 0;
    auto client = make_client(options);
    const auto& word = *arguments.module_word();
    const auto module = word.id ? Module(word.id->modid, word.id->cmdid) : Module(word.name);
    auto answer = client.choose(module, request);
    // An agent of the original doesn't wait, but has learnt the module a moment later.
    const bool wait = options.first_call_wait > 0ms && word.id.has_value();
    if (wait && answer.code == Code::noexist &&
        client.reg_init(word.id->modid, word.id->cmdid) == Code::succ) {
        answer = client.choose(module, request);
    }
    if (arguments.given("json")) {
        auto object = answer ? to_json(answer) : json::object();
        object["code"] = to_string(answer.code);
        std::cout << json::serialize(object) << '\n';
    } else if (answer) {
        std::cout << to_string(answer.host) << '\n';
    } else {
        std::cerr << "lars get-host: module " << word.text() << ": "
                  << explain(answer.code, options) << '\n';
    }
    return answer ? 0 : 1;
}

}  // namespace lars::cli

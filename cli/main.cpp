#include "app/config_error.hpp"
#include "cli/arguments.hpp"
#include "cli/commands.hpp"

#include <algorithm>
#include <cstdio>
#include <iostream>
#include <string>

namespace {

using namespace lars::cli;

struct Command {
    const char* group;  // nullptr: the name stands alone
    const char* name;
    const char* summary;
    int (*run)(const Words&);
};

int complete(const Words& words);

constexpr Command kCommands[]{
    {"route", "list", "show routes", route_list},
    {"route", "add", "add endpoints to a module", route_add},
    {"route", "weight", "set the weight of endpoints", route_weight},
    {"route", "zone", "say where endpoints are", route_zone},
    {"route", "tag", "give endpoints tags", route_tag},
    {"route", "split", "give the endpoints with a tag a share of the calls", route_split},
    {"route", "remove", "remove endpoints of a module", route_remove},
    {"route", "import", "add routes from a CSV or JSON file", route_import},
    {"route", "export", "write all routes as CSV or JSON", route_export},
    {"route", "held", "show what dns doesn't believe to be gone", route_held},
    {"route", "confirm", "say that the table of routes is right", route_confirm},
    {"name", "list", "show what modules are called", name_list},
    {"name", "add", "name a module, or a new one", name_add},
    {"name", "alias", "give a module a further name", name_alias},
    {"name", "rename", "rename a module; its old name goes on to be found", name_rename},
    {"name", "point", "let a name stand for another module", name_point},
    {"name", "remove", "remove names and aliases", name_remove},
    {"policy", "kinds", "show which policies there are, and their parameters", policy_kinds},
    {"policy", "list", "show how modules are balanced", policy_list},
    {"policy", "set", "set how a module is balanced", policy_set},
    {"policy", "remove", "leave that to the agents again", policy_remove},
    {"alarm", "list", "show the rules of alarms, and what fires", alarm_list},
    {"alarm", "add", "add a rule of when to raise an alarm", alarm_add},
    {"alarm", "remove", "remove rules", alarm_remove},
    {"store", "migrate", "make a store, or bring its schema up to date", store_migrate},
    {"store", "status", "show a store's schema and id", store_status},
    {"store", "backup", "write all that a store has to a file", store_backup},
    {"store", "restore", "put a backup in a store's place", store_restore},
    {"service", "list", "show what is registered at this host's agent", service_list},
    {"service", "drain", "let nobody call it any more", service_drain},
    {"service", "undrain", "let it be called again", service_undrain},
    {"service", "withdraw", "take it out of the routes", service_withdraw},
    {"console", "add-user", "let somebody sign in to the console", console_add_user},
    {"console", "list-users", "show who may sign in", console_list_users},
    {"console", "set-password", "give somebody another password", console_set_password},
    {"console", "set-roles", "say what somebody may do", console_set_roles},
    {"console", "remove-user", "let somebody sign in no longer", console_remove_user},
    {"console", "link", "print what signs in once", console_link},
    {nullptr, "history", "show edits of modules as a whole", history},
    {nullptr, "undo", "take one of these back", undo},
    {nullptr, "register", "run a program as a service that is registered", register_service},
    {nullptr, "status", "show how calls went lately", status},
    {nullptr, "get-host", "ask the agent which node to call", get_host},
    {nullptr, "get-route", "ask the agent for all nodes of a module", get_route},
    {nullptr, "report", "tell the agent how a call went", report},
    {nullptr, "simulate", "play a caller whose calls fail at a rate", simulate},
    {nullptr, "qps", "measure get_host and report per second", qps},
    {nullptr, "dev", "run dns, reporter and agent in this process", dev},
    {nullptr, "demo", "call example services through a running agent", demo},
    {nullptr, "completion", "print what lets a shell complete all this", complete},
};

int complete(const Words& words) {
    CommandNames names;
    for (const auto& command : kCommands) {
        if (command.group) {
            names[command.group].emplace_back(command.name);
        } else {
            names[command.name];
        }
    }
    return completion(words, names);
}

std::string full_name(const Command& command) {
    return (command.group ? std::string(command.group) + ' ' : "") + command.name;
}

bool is_group(const std::string& word) {
    return std::ranges::any_of(kCommands, [&word](const Command& each) {
        return each.group && word == each.group;
    });
}

/// Of one group, or of all commands.
std::string command_lines(const std::string& group = "") {
    std::string lines = "commands:";
    for (const auto& command : kCommands) {
        if (!group.empty() && (!command.group || group != command.group)) continue;
        auto name = full_name(command);
        name.resize(21, ' ');
        lines += "\n  " + name + command.summary;
    }
    return lines;
}

void print_help() {
    std::cout
        << "Usage: lars COMMAND [options]\n"
           "Routes, calls and services of Lars.\n\nThe "
        << command_lines()
        << "\n\nlars COMMAND --help says more. Exit status: 0 done, or so already; 1 failed, or "
           "what was named\nisn't there; 2 wrong usage.\n";
}

bool asks_for_help(const std::string& word) {
    return word == "--help" || word == "-h";
}

int run(Words words) {
    if (words.empty()) {
        print_help();
        return 2;
    }
    if (words[0] == "help" && words.size() > 1) {  // "help route add", and "help route"
        words.erase(words.begin());
        words.emplace_back("--help");
    }
    if (asks_for_help(words[0]) || words[0] == "help") {
        print_help();
        return 0;
    }
    if (words[0] == "--version") {
        std::cout << "lars " << LARS_VERSION << '\n';
        return 0;
    }
    for (const auto& command : kCommands) {
        const std::size_t length = command.group ? 2 : 1;
        if (words.size() < length || words[length - 1] != command.name) continue;
        if (command.group && words[0] != command.group) continue;
        return command.run({words.begin() + static_cast<std::ptrdiff_t>(length), words.end()});
    }
    if (!is_group(words[0])) throw UsageError("no command '" + words[0] + "'; try lars --help");
    const auto commands = command_lines(words[0]);
    if (words.size() == 2 && asks_for_help(words[1])) {
        std::cout << "Usage: lars COMMAND [options]\n\nThe " << commands << '\n';
        return 0;
    }
    if (words.size() == 1) throw UsageError(words[0] + " needs one of its " + commands);
    throw UsageError("no command '" + words[0] + ' ' + words[1] + "', but these " + commands);
}

}  // namespace

int main(int argc, char** argv) {
    try {
        const auto status = run({argv + 1, argv + argc});
        if (std::cout.flush() && std::ferror(stdout) == 0) return status;
        throw Failure("cannot write to standard output");
    } catch (const UsageError& error) {
        std::cerr << "lars: " << error.what() << '\n';
        return 2;
    } catch (const lars::app::ConfigError& error) {
        std::cerr << "lars: " << error.what() << '\n';
        return 2;
    } catch (const std::exception& error) {
        std::cerr << "lars: " << error.what() << '\n';
        return 1;
    }
}

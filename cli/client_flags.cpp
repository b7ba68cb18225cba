#include "cli/client_flags.hpp"

#include "app/value.hpp"

#include <stdexcept>

namespace lars::cli {

using namespace std::chrono_literals;
namespace po = boost::program_options;

void add_client_flags(Arguments& arguments, ClientOptions& options) {
    arguments.flags(
    )("agent",
      po::value<std::string>(&options.agent),
      "host:port[/shards] [LARS_AGENT, else 127.0.0.1:8888/3]");
    const auto set_timeout = [&options](const std::string& text) {
        options.timeout = call_duration("--timeout", text);
    };
    arguments.flags(
    )("timeout", po::value<std::string>()->notifier(set_timeout), "of each call [500ms]");
}

Client make_client(const ClientOptions& options) {
    try {
        return Client(options);
    } catch (const std::invalid_argument& error) {
        throw UsageError(error.what());
    }
}

std::chrono::milliseconds call_duration(
    const std::string& flag, const std::string& text, std::chrono::milliseconds min
) {
    try {
        return app::parse_duration(text, {min, 60s}, {});
    } catch (const std::invalid_argument& allowed) {
        throw UsageError(flag + " '" + text + "' is not " + allowed.what());
    }
}

}  // namespace lars::cli

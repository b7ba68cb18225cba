#include <lars/attempts.hpp>
#include <lars/client.hpp>
#include <lars/watch.hpp>

// Nobody listens on port 1: every call ends at once with an error, and none throws.
int main() {
    lars::Client client({"127.0.0.1:1/1", std::chrono::milliseconds(200)});
    const auto host = client.get_host(1, 1);
    if (host || host.code() != lars::Code::system_error) return 1;
    const auto result = client.call("payments", [](const lars::Host&) { return true; });
    if (result || result.code != lars::Code::system_error) return 1;
    lars::Watch watch(client, lars::Module(1, 1));
    if (!watch.nodes().empty()) return 1;
    return client.get_route(1, 1).empty() ? 0 : 1;
}

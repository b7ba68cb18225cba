#include "descriptors.hpp"
#include "figures.hpp"
#include "swarm.hpp"

#include <signal.h>
#include <sys/prctl.h>

#include <cstdio>
#include <exception>

namespace {

constexpr auto kUsage = "dns_load --port P --sessions N [--modules M] [--hello-ms T]";

int run(int argc, char** argv) {
    using namespace lars;
    const auto settings =
        bench::parse_settings(argc, argv, {"--port", "--sessions", "--modules", "--hello-ms"});
    bench::Swarm::Options options;
    options.port = static_cast<std::uint16_t>(settings.number("--port", 0));
    options.sessions = settings.number("--sessions", 0);
    options.modules = settings.number("--modules", options.modules);
    options.hello_interval = std::chrono::milliseconds(settings.number("--hello-ms", 2'000));
    if (options.port == 0 || options.sessions == 0) throw std::invalid_argument(kUsage);
    bench::raise_descriptor_limit();
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    bench::Swarm(options).run();
}

}  // namespace

int main(int argc, char** argv) {
    return lars::bench::run_benchmark("dns_load", [=] { return run(argc, argv); });
}

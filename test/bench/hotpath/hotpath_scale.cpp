#include "scale_parts.hpp"

namespace {

using namespace lars;

int run(const bench::Settings& settings) {
    bench::Figures figures("hotpath-scale");
    const bool all = settings.switches.empty();
    const auto wanted = [&](const char* part) { return all || settings.switches.contains(part); };
    if (wanted("--sizes")) bench::measure_sizes(settings, figures);
    if (wanted("--disturbed") || wanted("--handlers"))
        bench::measure_disturbance(settings, figures);
    if (wanted("--bad")) bench::measure_bad_input(settings, figures);
    figures.print(settings);
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    return lars::bench::run_benchmark("hotpath-scale", [=] {
        return run(lars::bench::parse_settings(
            argc,
            argv,
            {"--rounds", "--ms", "--modules"},
            {},
            {"--sizes", "--disturbed", "--handlers", "--bad"}
        ));
    });
}

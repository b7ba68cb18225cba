#include "support/alertmanager.hpp"

#include "support/wait.hpp"

#include <fstream>
#include <stdexcept>

namespace lars::test {

Alertmanager::Alertmanager() {
    const auto config = directory_.file("alertmanager.yml");
    std::ofstream(config) << "route:\n  receiver: none\nreceivers:\n  - name: none\n";
    const std::vector<std::string> command{
        "prometheus-alertmanager",
        "--config.file=" + config,
        "--storage.path=" + directory_.file("data"),
        "--web.listen-address=127.0.0.1:" + std::to_string(port_),
        "--cluster.listen-address="};
    server_.emplace(command, directory_.file("out"));
    if (!eventually([this] { return query().status == 0; })) {
        throw std::runtime_error("Alertmanager doesn't answer: " + server_->output());
    }
}

std::string Alertmanager::alerts() const {
    const auto done = query();
    if (done.status != 0) throw std::runtime_error(done.output);
    return done.output;
}

Finished Alertmanager::query() const {
    return run_program(
        {"amtool", "--alertmanager.url=" + url(), "--output=extended", "alert", "query"}
    );
}

}  // namespace lars::test

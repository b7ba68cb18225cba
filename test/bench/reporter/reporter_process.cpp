#include "reporter_process.hpp"

#include "hotpath/scrape.hpp"
#include "process.hpp"
#include "support/free_port.hpp"

#include <signal.h>

#include <fstream>
#include <stdexcept>

namespace lars::bench {

Database::Database(std::vector<std::string> options) : server(std::move(options)) {
    const auto done = test::run_program(
        {program("lars"), "store", "migrate", "--store", url()},
        {{"LARS_STORE_PASSWORD", server.password()}}
    );
    if (done.status != 0) throw std::runtime_error(done.output);
}

pid_t Database::id() const {
    pid_t id = 0;
    std::ifstream(server.data().parent_path() / "pid") >> id;
    return id;
}

ReporterProcess::ReporterProcess(
    std::string store, std::string password, std::vector<std::string> flags
)
    : password_(std::move(password)),
      port_(static_cast<std::uint16_t>(test::free_port())),
      admin_port_(static_cast<std::uint16_t>(test::free_port())) {
    command_ = {
        program("lars-reporter"),
        "--store",
        std::move(store),
        "--listen",
        "127.0.0.1:" + std::to_string(port_),
        "--admin",
        "127.0.0.1:" + std::to_string(admin_port_)};
    command_.insert(command_.end(), flags.begin(), flags.end());
}

void ReporterProcess::start() {
    const test::Subprocess::Environment password{{"LARS_STORE_PASSWORD", password_}};
    const auto log = directory_.file("log" + std::to_string(++starts_));
    process_.emplace(command_, log, password);
    if (!process_->prints("reporter writes")) throw std::runtime_error(process_->output());
}

double ReporterProcess::value(const std::string& name) const {
    return value_of(scrape(admin_port_), name);
}

void ReporterProcess::kill() {
    process_->send_signal(SIGKILL);
    process_->wait();
    process_.reset();
}

}  // namespace lars::bench

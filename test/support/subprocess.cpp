#include "support/subprocess.hpp"

#include "support/temp_dir.hpp"
#include "support/wait.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <stdexcept>

namespace lars::test {
namespace {

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> all;
    for (auto& text : texts) all.push_back(text.data());
    all.push_back(nullptr);
    return all;
}

std::vector<std::string> environment_with(const Subprocess::Environment& more) {
    std::vector<std::string> all;
    for (char** each = environ; *each != nullptr; ++each) {
        const std::string text(*each);
        if (!more.contains(text.substr(0, text.find('=')))) all.push_back(text);
    }
    for (const auto& [name, value] : more) all.push_back(name + '=' + value);
    return all;
}

}  // namespace

Subprocess::Subprocess(
    const std::vector<std::string>& command, std::string output_file, const Environment& more
)
    : output_file_(std::move(output_file)) {
    posix_spawn_file_actions_t files;
    ::posix_spawn_file_actions_init(&files);
    ::posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_addopen(
        &files, 1, output_file_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0600
    );
    ::posix_spawn_file_actions_adddup2(&files, 1, 2);
    auto words = command;
    auto environment = environment_with(more);
    const auto failed = ::posix_spawnp(
        &pid_,
        command[0].c_str(),
        &files,
        nullptr,
        pointers(words).data(),
        pointers(environment).data()
    );
    ::posix_spawn_file_actions_destroy(&files);
    if (failed != 0) throw std::runtime_error("cannot start " + command[0]);
}

Subprocess::~Subprocess() {
    if (!running()) return;
    send_signal(SIGKILL);
    ::waitpid(pid_, nullptr, 0);
}

void Subprocess::send_signal(int signal) {
    if (running()) ::kill(pid_, signal);
}

bool Subprocess::running() {
    if (status_) return false;
    int raw = 0;
    if (::waitpid(pid_, &raw, WNOHANG) != pid_) return true;
    status_ = WIFEXITED(raw) ? WEXITSTATUS(raw) : 128 + WTERMSIG(raw);
    return false;
}

std::optional<int> Subprocess::wait() {
    eventually([this] { return !running(); }, std::chrono::seconds(60));
    return status_;
}

std::string Subprocess::output() const {
    std::ifstream file(output_file_);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

bool Subprocess::prints(const std::string& text) {
    return eventually([&] { return output().find(text) != std::string::npos; });
}

Finished run_program(
    const std::vector<std::string>& command, const Subprocess::Environment& environment
) {
    const TempDir directory;
    Subprocess process(command, directory.file("output"), environment);
    const auto status = process.wait();
    return {status.value_or(-1), process.output()};
}

}  // namespace lars::test

#pragma once

#include <sys/types.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace lars::test {

/// A program started without a shell; killed, if it still runs, with its owner.
class Subprocess {
public:
    using Environment = std::map<std::string, std::string>;

    /// What it prints, on both outputs, goes to the file.
    Subprocess(
        const std::vector<std::string>& command,
        std::string output_file,
        const Environment& more_environment = {}
    );
    ~Subprocess();
    Subprocess(const Subprocess&) = delete;
    Subprocess& operator=(const Subprocess&) = delete;

    pid_t id() const { return pid_; }
    void send_signal(int signal);
    /// The exit status (128 + n after signal n), or nothing when it still runs after a minute.
    std::optional<int> wait();
    bool running();
    std::string output() const;
    /// Whether it comes to print this.
    bool prints(const std::string& text);

private:
    pid_t pid_;
    std::string output_file_;
    std::optional<int> status_;
};

struct Finished {
    int status = 0;
    std::string output;
};
/// Runs to the end.
Finished run_program(
    const std::vector<std::string>& command, const Subprocess::Environment& environment = {}
);

}  // namespace lars::test

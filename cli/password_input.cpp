#include "cli/password_input.hpp"

#include "cli/text_file.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

namespace lars::cli {
namespace {

void interrupt(int) {}

/// The terminal that somebody sits at, which shows nothing of what is typed while this lives. A
/// signal ends what it waits for, so that the terminal is as before when the program ends; it comes
/// through only while this waits, so that none is missed.
class HiddenInput {
public:
    HiddenInput() : terminal_(::open("/dev/tty", O_RDWR | O_CLOEXEC)) {
        if (terminal_ < 0 || ::tcgetattr(terminal_, &before_) != 0) {
            if (terminal_ >= 0) ::close(terminal_);
            throw UsageError("no terminal to ask for the password: say --password-file FILE");
        }
        sigset_t held;
        ::sigemptyset(&held);
        for (const auto each : kSignals) ::sigaddset(&held, each);
        ::sigprocmask(SIG_BLOCK, &held, &mask_);
        struct sigaction action {};
        action.sa_handler = interrupt;
        for (std::size_t i = 0; i < kSignals.size(); ++i) {
            ::sigaction(kSignals[i], &action, &actions_[i]);
        }
        auto hidden = before_;
        hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        ::tcsetattr(terminal_, TCSAFLUSH, &hidden);
    }
    ~HiddenInput() {
        ::tcsetattr(terminal_, TCSAFLUSH, &before_);
        for (std::size_t i = 0; i < kSignals.size(); ++i) {
            ::sigaction(kSignals[i], &actions_[i], nullptr);
        }
        ::sigprocmask(SIG_SETMASK, &mask_, nullptr);
        ::close(terminal_);
    }
    HiddenInput(const HiddenInput&) = delete;
    HiddenInput& operator=(const HiddenInput&) = delete;

    std::string ask(const std::string& prompt) {
        write(prompt);
        std::string line;
        while (true) {
            pollfd typed{terminal_, POLLIN, 0};
            if (::ppoll(&typed, 1, nullptr, &mask_) < 0 && errno == EINTR) {
                write("\n");
                throw Failure("interrupted, nothing is changed");
            }
            char byte = 0;
            const auto count = ::read(terminal_, &byte, 1);
            if (count < 0) throw Failure(std::string("the terminal: ") + std::strerror(errno));
            if (count == 0 || byte == '\n') break;
            line += byte;
        }
        write("\n");
        return line;
    }

private:
    static constexpr std::array kSignals{SIGINT, SIGTERM, SIGQUIT, SIGHUP, SIGTSTP};

    void write(const std::string& text) {
        [[maybe_unused]] const auto written = ::write(terminal_, text.data(), text.size());
    }

    int terminal_;
    termios before_{};
    sigset_t mask_{};
    std::array<struct sigaction, kSignals.size()> actions_{};
};

std::string first_line(const std::string& text, const std::string& path) {
    auto line = text.substr(0, text.find('\n'));
    if (line.ends_with('\r')) line.pop_back();
    if (line.empty()) throw Failure(path + ": its first line is empty");
    return line;
}

}  // namespace

void add_password_flag(Arguments& arguments, std::string& path) {
    arguments.flags(
    )("password-file",
      boost::program_options::value<std::string>(&path),
      "its first line is the password; -: of standard input. Else the terminal is asked");
}

std::string read_new_password(const std::string& path) {
    if (!path.empty()) return first_line(read_text(path), path);
    HiddenInput input;
    auto password = input.ask("New password: ");
    if (input.ask("Once more: ") != password) throw Failure("these are two passwords");
    return password;
}

}  // namespace lars::cli

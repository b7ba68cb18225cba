#include "agent/replace_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <string_view>

namespace lars::agent {
namespace {

class Descriptor {
public:
    Descriptor(const std::string& path, int flags) : value_(::open(path.c_str(), flags, 0640)) {}
    ~Descriptor() {
        if (value_ >= 0) ::close(value_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    bool good() const { return value_ >= 0; }
    bool write(std::string_view bytes) {
        while (!bytes.empty()) {
            const auto size = ::write(value_, bytes.data(), bytes.size());
            if (size < 0 && errno == EINTR) continue;
            if (size < 0) return false;
            bytes.remove_prefix(static_cast<std::size_t>(size));
        }
        return true;
    }
    bool sync() { return ::fsync(value_) == 0; }

private:
    int value_;
};

}  // namespace

std::string replace_file(const std::string& path, const std::string& bytes, Synced synced) {
    const auto temporary = path + ".new";
    {
        Descriptor file(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC);
        const bool written = file.good() && file.write(bytes);
        if (!written || (synced == Synced::yes && !file.sync())) {
            return "cannot write " + temporary + ": " + std::strerror(errno);
        }
    }
    if (::rename(temporary.c_str(), path.c_str()) != 0) {
        return "cannot rename to " + path + ": " + std::strerror(errno);
    }
    if (synced == Synced::no) return "";
    const auto parent = std::filesystem::path(path).parent_path().string();
    Descriptor directory(parent.empty() ? "." : parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (!directory.good() || !directory.sync()) {
        return "cannot sync the directory of " + path + ": " + std::strerror(errno);
    }
    return "";
}

}  // namespace lars::agent

#include "agent/registration/service_directory.hpp"

#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

namespace lars::agent {
namespace {

constexpr std::int64_t kMaxBytes = 1 << 20;

std::int64_t nanoseconds(const timespec& time) {
    return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

ServiceFile mistaken(const std::string& name, const std::string& what) {
    ServiceFile file;
    file.mistakes.push_back(name + ": " + what);
    return file;
}

ServiceFile read(const std::string& path, const std::string& name, std::int64_t size) {
    if (size > kMaxBytes) return mistaken(name, "larger than 1 MiB: not a file of services");
    std::ifstream in(path, std::ios::binary);
    if (!in) return mistaken(name, std::string("cannot open: ") + std::strerror(errno));
    const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    return parse_service_file(text, name);
}

}  // namespace

std::vector<ServiceDirectory::Change> ServiceDirectory::look() {
    std::vector<Change> changes;
    std::map<std::string, Stamp> found;
    std::error_code error;
    const auto skip = std::filesystem::directory_options::skip_permission_denied;
    for (std::filesystem::directory_iterator each(path_, skip, error), end; !error && each != end;
         each.increment(error)) {
        const auto name = each->path().filename().string();
        if (!name.ends_with(".conf") || name.starts_with('.')) continue;
        struct stat status {};
        if (::stat(each->path().c_str(), &status) != 0 || !S_ISREG(status.st_mode)) continue;
        const Stamp stamp{
            status.st_ino,
            status.st_size,
            nanoseconds(status.st_mtim),
            nanoseconds(status.st_ctim)};
        found[name] = stamp;
        const auto known = known_.find(name);
        if (known != known_.end() && known->second == stamp) continue;
        changes.push_back({name, read(each->path().string(), name, status.st_size)});
    }
    // What can't be read now isn't gone.
    if (error && error != std::errc::no_such_file_or_directory) return changes;
    for (const auto& [name, stamp] : known_) {
        if (!found.contains(name)) changes.push_back({name, {}});
    }
    known_ = std::move(found);
    return changes;
}

}  // namespace lars::agent

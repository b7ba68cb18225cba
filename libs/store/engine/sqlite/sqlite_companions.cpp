#include "store/engine/sqlite/sqlite_companions.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <optional>

namespace lars::store {
namespace {

/// One file among all there ever were, as far as the file system tells: inodes are used again, and
/// then have another time of birth. All 0: no file.
struct FileId {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    std::uint64_t born_ns = 0;

    bool exists() const { return inode != 0; }
    friend bool operator==(const FileId&, const FileId&) = default;
};

FileId id_of(const std::string& path) {
    struct statx status {};
    if (::statx(AT_FDCWD, path.c_str(), 0, STATX_INO | STATX_BTIME, &status) != 0) return {};
    FileId id;
    id.device = (std::uint64_t{status.stx_dev_major} << 32) | status.stx_dev_minor;
    id.inode = status.stx_ino;
    if ((status.stx_mask & STATX_BTIME) != 0) {
        id.born_ns = static_cast<std::uint64_t>(status.stx_btime.tv_sec) * 1'000'000'000 +
                     status.stx_btime.tv_nsec;
    }
    return id;
}

/// What a note says: the file, and what is beside it.
struct Family {
    FileId file;
    FileId log;
    FileId index;

    friend bool operator==(const Family&, const Family&) = default;
};

/// The note itself, which nobody else reads or writes meanwhile.
class Note {
public:
    Note(const std::string& path, int flags, mode_t mode)
        : descriptor_(::open(path.c_str(), flags | O_RDWR | O_CLOEXEC, mode)) {
        if (descriptor_ >= 0 && ::flock(descriptor_, LOCK_EX) != 0) close();
    }
    ~Note() { close(); }
    Note(const Note&) = delete;
    Note& operator=(const Note&) = delete;

    std::optional<Family> read() const {
        std::array<char, sizeof(Family)> bytes{};
        const auto size = ::pread(descriptor_, bytes.data(), bytes.size(), 0);
        if (descriptor_ < 0 || size != static_cast<ssize_t>(bytes.size())) return {};
        Family family;
        std::memcpy(&family, bytes.data(), bytes.size());
        return family;
    }
    void write(const Family& family) const {
        if (descriptor_ < 0) return;
        // A part of a note is none.
        if (::pwrite(descriptor_, &family, sizeof family, 0) != sizeof family) {
            [[maybe_unused]] const auto emptied = ::ftruncate(descriptor_, 0);
        }
    }
    /// As SQLite does with the companions, so that root leaves nothing that the owner can't change.
    void give_to(uid_t user, gid_t group) const {
        if (descriptor_ < 0 || ::geteuid() != 0) return;
        [[maybe_unused]] const auto given = ::fchown(descriptor_, user, group);
    }

private:
    void close() {
        if (descriptor_ >= 0) ::close(descriptor_);
        descriptor_ = -1;
    }

    int descriptor_;
};

void remove_if_same(const std::string& path, const FileId& id) {
    if (id.exists() && id_of(path) == id) ::unlink(path.c_str());
}

}  // namespace

void SqliteCompanions::discard_strays() const {
    const Note note(path_ + "-lars", 0, 0);
    const auto noted = note.read();
    if (!noted || noted->file == id_of(path_)) return;
    remove_if_same(path_ + "-wal", noted->log);
    remove_if_same(path_ + "-shm", noted->index);
}

void SqliteCompanions::note() const {
    struct stat status {};
    if (::stat(path_.c_str(), &status) != 0) return;
    const Family family{id_of(path_), id_of(path_ + "-wal"), id_of(path_ + "-shm")};
    if (!family.log.exists()) return;
    const Note note(path_ + "-lars", O_CREAT, status.st_mode & 0666);
    if (note.read() == family) return;
    note.give_to(status.st_uid, status.st_gid);
    note.write(family);
}

}  // namespace lars::store

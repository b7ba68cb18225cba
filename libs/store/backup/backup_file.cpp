#include "store/backup/backup_file.hpp"

#include "store/engine/table.hpp"
#include "store/schema/schema_sql.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace lars::store {
namespace {

constexpr std::string_view kMagic = "lars-backup";
constexpr std::string_view kFormat = "1";
constexpr std::string_view kTable = "table";
constexpr std::string_view kEnd = "end";
constexpr std::size_t kHeadFields = 6;

std::vector<std::string_view> split(std::string_view line, char between) {
    std::vector<std::string_view> fields;
    while (true) {
        const auto at = line.find(between);
        fields.push_back(line.substr(0, at));
        if (at == std::string_view::npos) return fields;
        line.remove_prefix(at + 1);
    }
}

std::string hex_of(std::uint32_t number) {
    std::array<char, 9> text{};
    std::snprintf(text.data(), text.size(), "%08X", number);
    return text.data();
}

std::string line_of(const BackupHead& head) {
    std::string stores;
    for (const auto id : head.known_stores) {
        if (!stores.empty()) stores += ',';
        stores += std::to_string(id);
    }
    std::string line(kMagic);
    for (const auto& field :
         {std::string(kFormat),
          std::to_string(head.schema),
          std::to_string(head.store_id),
          std::to_string(head.version),
          std::to_string(head.rows),
          stores}) {
        line += '\t';
        line += field;
    }
    return line;
}

int latest_schema() {
    return static_cast<int>(sqlite_schema().migrations.size());
}

}  // namespace

std::string unhex(std::string_view field) {
    const auto digit = [](char c) -> unsigned {
        if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
        if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
        throw Failure(ErrorKind::invalid, "a field of the backup isn't in hexadecimal digits");
    };
    std::string bytes;
    bytes.reserve(field.size() / 2);
    for (std::size_t i = 0; i + 1 < field.size(); i += 2) {
        bytes.push_back(static_cast<char>(digit(field[i]) << 4 | digit(field[i + 1])));
    }
    return bytes;
}

BackupWriter::BackupWriter(std::string path, const BackupHead& head) : path_(std::move(path)) {
    // Routes, names of people, and hashes of their passwords: nobody else's business.
    const auto temporary = path_ + ".new";
    const auto descriptor =
        ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    file_.reset(descriptor < 0 ? nullptr : ::fdopen(descriptor, "wb"));
    if (!file_) fail();
    write(line_of(head));
}

BackupWriter::~BackupWriter() {
    if (!finished_ && file_) ::unlink((path_ + ".new").c_str());
}

void BackupWriter::fail() const {
    throw Failure(ErrorKind::invalid, path_ + ": cannot write: " + std::strerror(errno));
}

void BackupWriter::write(const std::string& line) {
    const auto text = line + '\n';
    checksum_.process_bytes(text.data(), text.size());
    if (std::fwrite(text.data(), 1, text.size(), file_.get()) != text.size()) fail();
}

void BackupWriter::begin(const BackupTable& table) {
    std::string line(kTable);
    line += '\t' + table.name;
    for (const auto& column : table.columns) line += '\t' + column.name;
    write(line);
}

void BackupWriter::add_row(const std::string* fields, std::size_t count) {
    std::string line;
    for (std::size_t i = 0; i < count; ++i) {
        if (i > 0) line += '\t';
        line += fields[i];
    }
    write(line);
}

void BackupWriter::finish() {
    const auto end = std::string(kEnd) + '\t' + hex_of(checksum_.checksum()) + '\n';
    if (std::fwrite(end.data(), 1, end.size(), file_.get()) != end.size()) fail();
    if (std::fflush(file_.get()) != 0 || ::fsync(::fileno(file_.get())) != 0) fail();
    if (std::rename((path_ + ".new").c_str(), path_.c_str()) != 0) fail();
    finished_ = true;
}

BackupReader::BackupReader(std::string path) : path_(std::move(path)) {
    open();
    verify();
    open();
    read_line();  // the head
}

void BackupReader::open() {
    file_.reset(std::fopen(path_.c_str(), "rbe"));
    if (!file_) fail(std::string("cannot open: ") + std::strerror(errno));
}

void BackupReader::fail(const std::string& why) const {
    throw Failure(ErrorKind::invalid, path_ + ": " + why);
}

bool BackupReader::read_line() {
    text_.clear();
    std::array<char, 4'096> part{};
    while (std::fgets(part.data(), static_cast<int>(part.size()), file_.get()) != nullptr) {
        text_ += part.data();
        if (!text_.empty() && text_.back() == '\n') return true;
    }
    return false;  // also a line that was cut
}

void BackupReader::verify() {
    if (!read_line()) fail("not a backup of a store");
    boost::crc_32_type checksum;
    checksum.process_bytes(text_.data(), text_.size());
    text_.pop_back();
    const auto fields = split(text_, '\t');
    if (fields.size() < 2 || fields[0] != kMagic) fail("not a backup of a store");
    if (fields[1] != kFormat) fail("a backup by a newer version of Lars");
    if (fields.size() != kHeadFields + 1) fail("damaged in its first line");
    const auto number = [&](std::size_t at) {
        const auto value = parse_column<std::uint64_t>(fields[at]);
        if (!value) fail("damaged in its first line");
        return *value;
    };
    head_.schema = static_cast<int>(number(2));
    head_.store_id = number(3);
    head_.version = number(4);
    head_.rows = number(5);
    if (!fields[6].empty()) {
        for (const auto text : split(fields[6], ',')) {
            const auto id = parse_column<std::uint64_t>(text);
            if (!id) fail("damaged in its first line");
            head_.known_stores.push_back(*id);
        }
    }
    if (head_.schema > latest_schema()) fail("a backup by a newer version of Lars");
    while (read_line()) {
        const std::string_view line(text_.data(), text_.size() - 1);
        if (line.starts_with(kEnd)) {
            const auto end = std::string(kEnd) + '\t' + hex_of(checksum.checksum());
            if (line != end) fail("damaged: its checksum doesn't match");
            return;
        }
        checksum.process_bytes(text_.data(), text_.size());
    }
    fail("cut short");
}

const BackupLine* BackupReader::next() {
    if (!read_line()) return nullptr;
    text_.pop_back();
    line_.fields = split(text_, '\t');
    if (line_.fields[0] == kEnd) return nullptr;
    line_.kind = line_.fields[0] == kTable ? BackupLine::Kind::table : BackupLine::Kind::row;
    if (line_.kind == BackupLine::Kind::table) line_.fields.erase(line_.fields.begin());
    return &line_;
}

}  // namespace lars::store

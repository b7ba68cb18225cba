#pragma once

#include "store/backup/backup_tables.hpp"
#include "store/engine/result.hpp"
#include "store/store_identity.hpp"

#include <boost/crc.hpp>

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace lars::store {

/// What the first line of a backup says.
struct BackupHead {
    int schema = 0;
    std::uint64_t store_id = 0;
    std::uint64_t version = 0;                ///< of the table of routes
    std::uint64_t rows = 0;                   ///< of all tables
    std::vector<std::uint64_t> known_stores;  ///< that it has adopted, or that agents brought
};

/// One line after the first: the name and columns of a table, or a row of the table before.
struct BackupLine {
    enum class Kind { table, row };
    Kind kind = Kind::row;
    std::vector<std::string_view> fields;  ///< of a table: its name, then its columns
};

/// Writes a backup: UTF-8 lines of fields with tabs between, and the CRC-32 of all in the last one.
/// It becomes FILE only when it is whole and on the disk. Throws Failure.
class BackupWriter {
public:
    BackupWriter(std::string path, const BackupHead& head);
    /// What isn't finished is removed.
    ~BackupWriter();
    BackupWriter(const BackupWriter&) = delete;
    BackupWriter& operator=(const BackupWriter&) = delete;

    void begin(const BackupTable& table);
    void add_row(const std::string* fields, std::size_t count);
    void finish();

private:
    void write(const std::string& line);
    [[noreturn]] void fail() const;

    struct Close {
        void operator()(std::FILE* file) const { std::fclose(file); }
    };
    std::string path_;
    std::unique_ptr<std::FILE, Close> file_;
    boost::crc_32_type checksum_;
    bool finished_ = false;
};

/// Reads a backup, line by line.
class BackupReader {
public:
    /// Reads all of it first, and throws Failure if it isn't a backup, isn't whole, or is of a
    /// newer version.
    explicit BackupReader(std::string path);

    const BackupHead& head() const { return head_; }
    /// The next line; valid until the next call. None: that was all.
    const BackupLine* next();

private:
    void open();
    void verify();
    bool read_line();
    [[noreturn]] void fail(const std::string& why) const;

    struct Close {
        void operator()(std::FILE* file) const { std::fclose(file); }
    };
    std::string path_;
    std::unique_ptr<std::FILE, Close> file_;
    BackupHead head_;
    std::string text_;
    BackupLine line_;
};

/// A field's bytes. Throws Failure for other than hexadecimal digits.
std::string unhex(std::string_view field);

}  // namespace lars::store

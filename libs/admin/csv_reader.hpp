#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lars::admin {

/// One record of a CSV file. What stands outside of quotes has no blanks around it.
struct CsvRecord {
    std::size_t line = 0;  ///< where it begins, from 1
    std::vector<std::string> cells;
    std::string error;  ///< why it can't be read; empty when it can
};

/// Reads CSV as RFC 4180 says: cells may be quoted, and then hold commas, line ends and, doubled,
/// quotes. Lines end with LF, CRLF or CR. Empty lines, and those that begin with #, are left out.
class CsvReader {
public:
    /// The text outlives it.
    explicit CsvReader(std::string_view text) : rest_(text) {}

    /// The next record; nothing at the end.
    std::optional<CsvRecord> next();

private:
    CsvRecord read_record();
    std::string read_quoted(CsvRecord& record);
    std::string read_plain();
    void skip_blanks();
    void skip_line();
    bool at_line_end() const;

    std::string_view rest_;
    std::size_t line_ = 1;
};

}  // namespace lars::admin

#include "admin/csv_reader.hpp"

#include <algorithm>

namespace lars::admin {
namespace {

constexpr std::string_view kBlanks = " \t";
constexpr std::string_view kLineEnds = "\r\n";

}  // namespace

std::optional<CsvRecord> CsvReader::next() {
    while (!rest_.empty()) {
        skip_blanks();
        if (!at_line_end() && rest_.front() != '#') return read_record();
        skip_line();
    }
    return {};
}

CsvRecord CsvReader::read_record() {
    CsvRecord record;
    record.line = line_;
    while (true) {
        skip_blanks();
        const bool quoted = !rest_.empty() && rest_.front() == '"';
        record.cells.push_back(quoted ? read_quoted(record) : read_plain());
        if (at_line_end() || !record.error.empty()) break;
        rest_.remove_prefix(1);  // the comma
    }
    skip_line();
    return record;
}

std::string CsvReader::read_quoted(CsvRecord& record) {
    std::string cell;
    auto whole = rest_.substr(1);
    while (true) {
        const auto quote = whole.find('"');
        if (quote == std::string_view::npos) {
            // The rest of the file would be in this cell; the lines after it are read as usual.
            record.error = "a quote isn't closed";
            return cell;
        }
        cell += whole.substr(0, quote);
        whole.remove_prefix(quote + 1);
        if (whole.empty() || whole.front() != '"') break;
        cell += '"';
        whole.remove_prefix(1);
    }
    const auto size = rest_.size() - whole.size();
    const auto quoted = rest_.substr(0, size);
    // CRLF is one line end, and so is a CR that no LF follows.
    for (std::size_t i = 0; i < quoted.size(); ++i) {
        const bool crlf = quoted[i] == '\r' && i + 1 < quoted.size() && quoted[i + 1] == '\n';
        line_ += kLineEnds.find(quoted[i]) != std::string_view::npos && !crlf;
    }
    rest_ = whole;
    skip_blanks();
    if (!at_line_end() && rest_.front() != ',') record.error = "text after a closing quote";
    return cell;
}

std::string CsvReader::read_plain() {
    const auto end = std::min(rest_.find_first_of(",\r\n"), rest_.size());
    const auto cell = rest_.substr(0, end);
    rest_.remove_prefix(end);
    return std::string(cell.substr(0, cell.find_last_not_of(kBlanks) + 1));
}

void CsvReader::skip_blanks() {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(kBlanks), rest_.size()));
}

void CsvReader::skip_line() {
    rest_.remove_prefix(std::min(rest_.find_first_of(kLineEnds), rest_.size()));
    if (rest_.empty()) return;
    rest_.remove_prefix(rest_.starts_with("\r\n") ? 2 : 1);
    ++line_;
}

bool CsvReader::at_line_end() const {
    return rest_.empty() || kLineEnds.find(rest_.front()) != std::string_view::npos;
}

}  // namespace lars::admin

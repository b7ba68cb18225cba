#include "store/engine/sqlite/sqlite_connection.hpp"

#include <boost/crc.hpp>

#include <array>
#include <charconv>

namespace lars::store {
namespace {

// Not by sqlite3_value_text, which takes several times as long.
void process_number(boost::crc_32_type& crc, sqlite3_int64 number) {
    std::array<char, 21> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
    crc.process_block(text.data(), end);
}

void crc32_of(sqlite3_context* context, int count, sqlite3_value** values) {
    boost::crc_32_type crc;
    for (int i = 0; i < count; ++i) {
        if (i > 0) crc.process_byte(',');
        if (sqlite3_value_type(values[i]) == SQLITE_INTEGER) {
            process_number(crc, sqlite3_value_int64(values[i]));
        } else if (const auto* text = sqlite3_value_text(values[i])) {
            crc.process_bytes(text, static_cast<std::size_t>(sqlite3_value_bytes(values[i])));
        }
    }
    sqlite3_result_int64(context, crc.checksum());
}

}  // namespace

void add_crc32(sqlite3* handle) {
    constexpr int kAnyCount = -1;
    constexpr int kTraits = SQLITE_UTF8 | SQLITE_DETERMINISTIC;
    sqlite3_create_function(
        handle, "lars_crc32", kAnyCount, kTraits, nullptr, crc32_of, nullptr, nullptr
    );
}

}  // namespace lars::store

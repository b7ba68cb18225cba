#include "store/engine/dialect.hpp"

namespace lars::store {

std::string Dialect::on_conflict_set(std::string_view key, const std::vector<std::string>& columns)
    const {
    std::vector<std::string> updates;
    updates.reserve(columns.size());
    for (const auto& column : columns) {
        updates.push_back(column + " = " + fill(given, {{"column", column}}));
    }
    return fill(on_conflict, {{"key", key}}) + joined(updates);
}

std::string fill(
    std::string_view text,
    std::initializer_list<std::pair<std::string_view, std::string_view>> words
) {
    std::string filled;
    while (!text.empty()) {
        const auto open = text.find('{');
        filled += text.substr(0, open);
        if (open == std::string_view::npos) break;
        text.remove_prefix(open + 1);
        const auto close = text.find('}');
        for (const auto& [word, value] : words) {
            if (text.substr(0, close) == word) filled += value;
        }
        text.remove_prefix(close + 1);
    }
    return filled;
}

std::string joined(const std::vector<std::string>& texts) {
    std::string all;
    for (const auto& text : texts) all += (all.empty() ? "" : ", ") + text;
    return all;
}

std::string value_lists(std::size_t columns, std::size_t rows) {
    // Appended: g++ 12 warns of an overlap, -Wrestrict, where a literal is put before a temporary.
    std::string list(1, '(');
    list += joined(std::vector<std::string>(columns, "?"));
    list += ')';
    return joined(std::vector<std::string>(rows, list));
}

std::string upsert(
    const Dialect& dialect,
    std::string_view table,
    const std::vector<std::string>& key,
    const std::vector<std::string>& columns,
    std::size_t rows
) {
    const auto keys = joined(key);
    return "INSERT INTO " + std::string(table) + "(" + keys + ", " + joined(columns) + ") VALUES " +
           value_lists(key.size() + columns.size(), rows) + dialect.on_conflict_set(keys, columns);
}

}  // namespace lars::store

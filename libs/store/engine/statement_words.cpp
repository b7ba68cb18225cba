#include "store/engine/statement_words.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace lars::store {
namespace {

constexpr std::string_view kBetween = " \t\n(),;";

/// Reads a statement word by word.
class Words {
public:
    explicit Words(std::string_view sql) : rest_(sql) {}

    std::string_view next() {
        rest_.remove_prefix(std::min(rest_.find_first_not_of(kBetween), rest_.size()));
        const auto word = rest_.substr(0, rest_.find_first_of(kBetween));
        rest_.remove_prefix(word.size());
        return word;
    }
    /// The word after this one; empty: it isn't there.
    std::string_view after(std::string_view wanted) {
        for (auto word = next(); !word.empty(); word = next()) {
            if (same(word, wanted)) return next();
        }
        return {};
    }
    static bool same(std::string_view a, std::string_view b) {
        return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char left, char right) {
            return std::toupper(static_cast<unsigned char>(left)) == right;
        });
    }

private:
    std::string_view rest_;
};

std::string with(std::string_view doing, std::string_view what) {
    return std::string(doing) + (what.empty() ? "" : " ") + std::string(what);
}

// The first table that is read; of a statement that reads none, nothing is named.
std::string reading(Words words) {
    auto table = words.after("FROM");
    if (Words::same(table, "SELECT")) table = words.after("FROM");
    return table.empty() ? "asking the database" : with("reading", table);
}

// CREATE, ALTER and DROP, with whatever stands before the name.
std::string altering(Words words) {
    constexpr std::array<std::string_view, 3> kKinds{"TABLE", "TRIGGER", "INDEX"};
    for (auto word = words.next(); !word.empty(); word = words.next()) {
        const auto is_it = [word](std::string_view kind) { return Words::same(word, kind); };
        const auto* const kind = std::find_if(kKinds.begin(), kKinds.end(), is_it);
        if (kind == kKinds.end()) continue;
        auto name = words.next();
        while (Words::same(name, "IF") || Words::same(name, "NOT") || Words::same(name, "EXISTS")) {
            name = words.next();
        }
        const std::string_view noun = *kind == "TABLE"     ? "the table"
                                      : *kind == "TRIGGER" ? "the trigger"
                                                           : "the index";
        return with(with("making or altering", noun), name);
    }
    return "altering the schema";
}

}  // namespace

std::string words_of(std::string_view sql) {
    Words words(sql);
    const auto verb = words.next();
    const auto is = [verb](std::string_view word) { return Words::same(verb, word); };
    if (is("SELECT")) return reading(words);
    if (is("INSERT")) return with("adding to", words.after("INTO"));
    if (is("UPDATE")) return with("changing", words.next());
    if (is("DELETE")) return with("removing from", words.after("FROM"));
    if (is("CREATE") || is("ALTER") || is("DROP")) return altering(words);
    if (is("START") || is("BEGIN")) return "beginning a transaction";
    if (is("COMMIT")) return "committing";
    if (is("ROLLBACK")) return "rolling back";
    if (is("SET") || is("PRAGMA")) return "setting up the connection";
    return "running a statement";
}

}  // namespace lars::store

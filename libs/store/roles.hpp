#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lars::store {

/// What somebody may do; each includes those before it.
enum class Role { read, edit, admin };

/// The roles of an account or token: one, with those that it includes.
class Roles {
public:
    /// None, which allows nothing.
    Roles() = default;
    explicit Roles(Role highest) : highest_(highest) {}

    /// Names with commas between, "read,edit"; what these include needn't be named. Nothing when
    /// one isn't a role's, or there is none.
    static std::optional<Roles> parse(std::string_view text);
    /// All names with commas between, as parse() reads them; empty: none.
    std::string text() const;
    bool allow(Role role) const { return highest_ && role <= *highest_; }
    std::vector<std::string> names() const;

    friend bool operator==(const Roles&, const Roles&) = default;

private:
    std::optional<Role> highest_;
};

}  // namespace lars::store

#include "store/schema/server_version.hpp"

#include <charconv>
#include <utility>

namespace lars::store {
namespace {

constexpr std::pair kOldest(10, 5);

// "10.11.6-MariaDB-0+deb12u1" is 10 and 11.
std::pair<int, int> numbers_of(const std::string& version) {
    std::pair<int, int> numbers;
    const auto* const end = version.data() + version.size();
    const auto first = std::from_chars(version.data(), end, numbers.first);
    if (first.ptr != end) std::from_chars(first.ptr + 1, end, numbers.second);
    return numbers;
}

}  // namespace

Result<void> check_server(const std::string& version) {
    const bool is_mariadb = version.find("MariaDB") != std::string::npos;
    if (is_mariadb && numbers_of(version) >= kOldest) return {};
    return Error{
        ErrorKind::invalid,
        "the store needs MariaDB 10.5 or later, and this server is " +
            (is_mariadb ? version : "not MariaDB: its version is " + version) +
            "; nothing was changed"};
}

}  // namespace lars::store

#include "store/engine/password_file.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <string_view>

namespace lars::store {
namespace {

constexpr std::string_view kUtf8Mark = "\xEF\xBB\xBF";
constexpr std::string_view kBlanks = " \t";

bool is_blank(char character) {
    return kBlanks.find(character) != std::string_view::npos;
}

}  // namespace

Result<std::string> read_password_file(const std::string& path) {
    // It may be away for a moment while somebody replaces it, so it's worth another try.
    const auto refuse = [&path](const std::string& why) {
        return Error{
            ErrorKind::unavailable, "cannot read the store's password from " + path + ": " + why};
    };
    errno = 0;
    std::ifstream file(path);
    if (!file) return refuse(std::strerror(errno));
    std::string password;
    std::getline(file, password);
    if (password.starts_with("\xFF\xFE") || password.starts_with("\xFE\xFF")) {
        return refuse("it is UTF-16; save it as UTF-8");
    }
    if (password.starts_with(kUtf8Mark)) password.erase(0, kUtf8Mark.size());
    if (password.ends_with('\r')) password.pop_back();
    if (password.empty()) return refuse("its first line is empty");
    return password;
}

std::string invisible_flaw(const std::string& password, const std::string& path) {
    if (password.empty()) return "";
    const auto where = path.empty() ? std::string() : " in " + path;
    if (is_blank(password.back())) return "; the password" + where + " ends with a blank";
    if (is_blank(password.front())) return "; the password" + where + " begins with a blank";
    if (password.back() == '\r') return "; the password" + where + " ends with a carriage return";
    return "";
}

}  // namespace lars::store

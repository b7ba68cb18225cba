#include "agent/registration/owner_identity.hpp"

#include "agent/replace_file.hpp"
#include "runtime/start_error.hpp"
#include "wire/identity.hpp"

#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <fstream>

namespace lars::agent {
namespace {

OwnerIdentity read(const std::string& path) {
    std::ifstream in(path);
    std::string digits;
    OwnerIdentity identity;
    if (!(in >> digits >> identity.start)) {
        throw runtime::StartError(
            path + ": it doesn't say which owner this is; remove it to be a new one"
        );
    }
    const auto id = owner_from_hex(digits);
    if (!id) throw runtime::StartError(path + ": its first word isn't an owner's id");
    identity.id = *id;
    ++identity.start;
    return identity;
}

}  // namespace

OwnerIdentity open_identity(const std::string& directory) {
    if (directory.empty()) return {wire::random_instance(), 1};
    if (!std::filesystem::is_directory(directory)) {
        throw runtime::StartError("state directory " + directory + ": there is none");
    }
    const auto path = directory + "/agent-owner";
    const bool known = std::filesystem::exists(path);
    const auto identity = known ? read(path) : OwnerIdentity{wire::random_instance(), 1};
    const auto text = to_hex(identity.id) + ' ' + std::to_string(identity.start) + '\n';
    if (const auto failure = replace_file(path, text); !failure.empty()) {
        throw runtime::StartError(failure);
    }
    return identity;
}

}  // namespace lars::agent

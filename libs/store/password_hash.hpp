#pragma once

#include "store/engine/result.hpp"

#include <string>

namespace lars::store {

/// The Argon2id hash of a password with a new salt, in the form that says these and its costs:
/// 19 MiB and two passes, as OWASP advises. Takes some 20 ms of a core.
Result<std::string> hash_password(const std::string& password);
/// Whether that is the hash of this password. Takes as long when it isn't.
bool matches_hash(const std::string& hash, const std::string& password);
/// A hash that no password is known to have.
const std::string& unknown_hash();

}  // namespace lars::store

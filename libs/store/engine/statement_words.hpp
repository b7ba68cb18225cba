#pragma once

#include <string>
#include <string_view>

namespace lars::store {

/// What a statement does, for people: "adding to CallHistory".
std::string words_of(std::string_view sql);

}  // namespace lars::store

#pragma once

#include <functional>
#include <string>

namespace lars::app {

/// What main() answers: the exit status of `body`, or 2 after a ConfigError and 1 after any other
/// exception, whose message is printed to standard error behind the program's name.
int run_main(const std::string& program, const std::function<int()>& body);

}  // namespace lars::app

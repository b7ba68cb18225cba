#include "app/run_main.hpp"

#include "app/config_error.hpp"

#include <exception>
#include <iostream>

namespace lars::app {

int run_main(const std::string& program, const std::function<int()>& body) {
    try {
        return body();
    } catch (const ConfigError& error) {
        std::cerr << program << ": " << error.what() << '\n';
        return 2;
    } catch (const std::exception& error) {
        std::cerr << program << ": " << error.what() << '\n';
        return 1;
    }
}

}  // namespace lars::app

// Which service an example is to call, as its command line says: NAME|MODID CMDID [NUMBER]
#pragma once

#include <lars/module.hpp>

#include <cctype>
#include <cstdlib>
#include <optional>

namespace examples {

struct Service {
    lars::Module module;
    int number;  ///< 1, if the command line doesn't say
};

inline std::optional<Service> service_of(int argc, char** argv) {
    if (argc < 2) return {};
    const bool by_name = std::isdigit(static_cast<unsigned char>(argv[1][0])) == 0;
    const int ids = by_name ? 1 : 2;
    if (argc <= ids) return {};
    const int number = argc > ids + 1 ? std::atoi(argv[ids + 1]) : 1;
    if (by_name) return Service{lars::Module(argv[1]), number};
    return Service{lars::Module(std::atoi(argv[1]), std::atoi(argv[2])), number};
}

}  // namespace examples

#include "cli/text_file.hpp"

#include "cli/errors.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>

namespace lars::cli {
namespace {

Failure failed(const std::string& path, const char* what) {
    return Failure(path + ": cannot " + what + ": " + std::strerror(errno));
}

}  // namespace

std::string read_text(const std::string& path) {
    using Bytes = std::istreambuf_iterator<char>;
    if (path == "-") return {Bytes(std::cin), Bytes()};
    std::ifstream file(path, std::ios::binary);
    if (!file) throw failed(path, "open");
    try {
        return {Bytes(file), Bytes()};
    } catch (const std::ios_base::failure&) {  // of a directory, for one
        throw failed(path, "read");
    }
}

void write_text(const std::string& path, const std::string& text) {
    if (path == "-") {
        std::cout << text;
        return;
    }
    std::ofstream file(path, std::ios::binary);
    if (!file) throw failed(path, "open");
    if (!(file << text << std::flush)) throw failed(path, "write");
}

}  // namespace lars::cli

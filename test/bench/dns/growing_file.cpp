#include "growing_file.hpp"

#include <fstream>

namespace lars::bench {

std::vector<std::string> GrowingFile::new_lines() {
    std::ifstream file(path_);
    file.seekg(static_cast<std::streamoff>(read_));
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line) && !file.eof();) {
        read_ += line.size() + 1;
        lines.push_back(line);
    }
    return lines;
}

}  // namespace lars::bench

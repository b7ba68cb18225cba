#pragma once

#include <string>
#include <vector>

namespace lars::bench {

struct BadDatagram {
    std::string kind;  ///< as lars_bad_input_total says
    std::string bytes;
};

/// One of each kind that an agent can be sent, without those that it answers.
std::vector<BadDatagram> bad_datagrams();

}  // namespace lars::bench

#include "low/low.hpp"

#include <boost/asio.hpp>  // LINT: a library that no row has
#include <sys/socket.h>

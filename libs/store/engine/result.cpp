#include "store/engine/result.hpp"

namespace lars::store {

void throw_exception_from_error(const Error& error, const boost::source_location& /*where*/) {
    throw std::runtime_error(error.message);
}

}  // namespace lars::store

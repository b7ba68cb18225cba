#include "high/first.hpp"

#include "high/second.hpp"  // LINT: second includes first
#include "missing.hpp"      // LINT: no such file

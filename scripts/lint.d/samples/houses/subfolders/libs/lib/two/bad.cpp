#include "lib/around.hpp"  // LINT: two doesn't name the folder around it

#include "low/low.hpp"  // LINT: this folder has no row

#pragma once

#include "lib/lib.hpp"
#include "lib/two/two.hpp"
#include "low/low.hpp"

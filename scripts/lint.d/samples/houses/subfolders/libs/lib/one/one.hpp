#pragma once

#include "lib/around.hpp"
#include "low/low.hpp"

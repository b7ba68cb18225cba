#pragma once

// Where programs for the original look for it.
#include "lars/lars_api.h"

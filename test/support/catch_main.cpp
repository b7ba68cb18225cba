// Catch2 3, and 2.13 as Debian builds it, bring their main() in a library; a bare 2.13 doesn't.
#if !__has_include(<catch2/catch_all.hpp>) && !defined(LARS_CATCH_HAS_MAIN)
#define CATCH_CONFIG_MAIN
#endif
#include "support/catch.hpp"

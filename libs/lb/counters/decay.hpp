#pragma once

namespace lars::lb {

/// About e^-x, for x from 0 up: what is left after x time constants. Never below e^-x, and falling
/// all the way.
inline float decay(float x) {
    // Mostly next to nothing has passed, and a division would cost as much as the rest of a pick.
    // The error of these terms of the series is below x^3 / 6: less than one in a million.
    if (x < 1.0F / 64) return 1 - x + x * x / 2;
    // The first terms of e^x: within 2 % up to x = 1.
    return 1 / (1 + x * (1 + x * (0.5F + x * (1.0F / 6))));
}

}  // namespace lars::lb

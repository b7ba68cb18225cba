#pragma once

// Knows the flag --update-timeout.
class Link {
    void serve_next();
};

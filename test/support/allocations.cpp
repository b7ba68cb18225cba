#include "support/allocations.hpp"

#include <malloc.h>

#include <cstdlib>
#include <new>

namespace {

lars::test::Allocations counted;

}  // namespace

namespace lars::test {

Allocations allocations() {
    return counted;
}

}  // namespace lars::test

void* operator new(std::size_t size, const std::nothrow_t& /*tag*/) noexcept {
    void* const block = std::malloc(size);
    if (!block) return nullptr;
    ++counted.made;
    counted.bytes_held += malloc_usable_size(block);
    return block;
}

void* operator new(std::size_t size) {
    void* const block = operator new(size, std::nothrow);
    if (!block) throw std::bad_alloc();
    return block;
}

void operator delete(void* block) noexcept {
    if (block) counted.bytes_held -= malloc_usable_size(block);
    std::free(block);
}

void operator delete(void* block, std::size_t /*size*/) noexcept {
    operator delete(block);
}

void operator delete(void* block, const std::nothrow_t& /*tag*/) noexcept {
    operator delete(block);
}

#include "base/cpu_limits.hpp"

#include "support/catch.hpp"
#include "support/temp_dir.hpp"

#include <filesystem>
#include <fstream>

using namespace lars;

namespace {

/// A root directory with /proc and /sys as a test wants them.
class Root {
public:
    void write(const std::string& path, const std::string& text) {
        const auto file = directory_.path() / path;
        std::filesystem::create_directories(file.parent_path());
        std::ofstream(file) << text;
    }
    CpuLimits limits() const { return read_cpu_limits(directory_.path().string()); }

private:
    test::TempDir directory_;
};

}  // namespace

TEST_CASE("a machine that says nothing has no quota") {
    const Root root;
    CHECK_FALSE(root.limits().quota);
    CHECK(root.limits().allowed >= 1);
}

TEST_CASE("a quota is found in the process's cgroup and in those around it") {
    Root root;
    root.write("proc/self/cgroup", "0::/system.slice/lars.service\n");
    root.write("sys/fs/cgroup/system.slice/lars.service/cpu.max", "max 100000\n");
    CHECK_FALSE(root.limits().quota);
    root.write("sys/fs/cgroup/system.slice/cpu.max", "150000 100000\n");
    CHECK(root.limits().quota);
    root.write("sys/fs/cgroup/system.slice/cpu.max", "max 100000\n");
    root.write("sys/fs/cgroup/cpu.max", "50000 100000\n");
    CHECK(root.limits().quota);
}

TEST_CASE("the older form of cgroups is understood") {
    Root root;
    root.write(
        "proc/self/cgroup", "5:cpuset:/x\n4:cpu,cpuacct:/docker/1\n1:name=systemd:/\n0::/\n"
    );
    root.write("sys/fs/cgroup/cpu/docker/1/cpu.cfs_quota_us", "-1\n");
    CHECK_FALSE(root.limits().quota);
    root.write("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "20000\n");
    CHECK(root.limits().quota);
}

TEST_CASE("one core, or a quota, is no place to look without sleeping") {
    CHECK_FALSE(CpuLimits{1, false}.may_spin());
    CHECK_FALSE(CpuLimits{8, true}.may_spin());
    CHECK(CpuLimits{2, false}.may_spin());
}

// Runs random programs on the Linux of this machine and on a simulated host.
// Results, bytes, errors, names and readiness must be the same after each call,
// except for what known_differences.cc lists with its reason.
//
//   differential_test --programs=2000 --first_seed=1

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <map>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "gtest/gtest.h"
#include "mortise/tests/platform/sim/differential/comparison.h"
#include "mortise/tests/platform/sim/differential/generator.h"
#include "mortise/tests/platform/sim/differential/machine.h"
#include "mortise/tests/platform/sim/differential/program.h"

namespace mortise {
namespace differential {
namespace {

constexpr std::size_t kCalls = 40;
// A port of the machine may be anybody's at any moment. So what differs counts
// if it does so each time.
constexpr int kTries = 3;
// More of them would hardly say more.
constexpr int kMostReports = 40;

std::uint64_t programs = 300;
std::uint64_t first_seed = 1;

class ShortDirectory {
 public:
  // Paths of AF_UNIX are short, and the test's own directory may not be.
  ShortDirectory() {
    std::string pattern = "/tmp/mortise_XXXXXX";
    EXPECT_NE(mkdtemp(&pattern[0]), nullptr);
    path_ = pattern;
  }
  ~ShortDirectory() { std::filesystem::remove_all(path_); }
  ShortDirectory(const ShortDirectory&) = delete;
  ShortDirectory& operator=(const ShortDirectory&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

bool DiffersEachTime(const Program& program, absl::string_view directory) {
  for (int i = 0; i < kTries; ++i) {
    if (!Compare(program, directory).differs) return false;
  }
  return true;
}

TEST(Differential, ASimulatedHostDoesWhatLinuxDoes) {
  const bool has_v6 = ThisMachineHasV6();
  const ShortDirectory directory;
  std::map<std::string, int> known;
  int reports = 0;
  for (std::uint64_t i = 0; i < programs && reports < kMostReports; ++i) {
    const std::uint64_t seed = first_seed + i;
    const Program program = Generate(seed, kCalls, has_v6);
    const Comparison comparison = Compare(program, directory.path());
    if (comparison.known != nullptr) ++known[comparison.known->what];
    if (!comparison.differs) continue;
    if (!DiffersEachTime(program, directory.path())) continue;
    ++reports;
    const Program shortest = Shrink(program, directory.path());
    ADD_FAILURE() << "seed " << seed
                  << "; again with --programs=1 --first_seed=" << seed << "\n"
                  << Compare(shortest, directory.path()).report;
  }
  // How often a program ended early, and why.
  for (const auto& [what, count] : known) {
    std::cout << count << " of " << programs << " programs ended with " << what
              << "\n";
  }
}

bool ReadNumber(absl::string_view argument, absl::string_view name,
                std::uint64_t* number) {
  return absl::ConsumePrefix(&argument, name) &&
         absl::SimpleAtoi(argument, number);
}

}  // namespace

int RunTests(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    if (!ReadNumber(argv[i], "--programs=", &programs) &&
        !ReadNumber(argv[i], "--first_seed=", &first_seed)) {
      std::cerr << argv[i] << ": use --programs=N or --first_seed=N\n";
      return 2;
    }
  }
  return RUN_ALL_TESTS();
}

}  // namespace differential
}  // namespace mortise

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  return mortise::differential::RunTests(argc, argv);
}

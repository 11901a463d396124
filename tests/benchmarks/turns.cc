#include "mortise/tests/benchmarks/turns.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "mortise/tests/benchmarks/median.h"

namespace mortise {
namespace benchmarks {
namespace {

// Long enough that what another loop has left in the caches does not count, and
// short compared with the milliseconds for which a scheduler gives the
// processor to another program.
constexpr double kBatchNs = 200e3;

}  // namespace

void Turns::Add(std::string name, Batch batch) {
  Loop loop;
  loop.name = std::move(name);
  loop.batch = std::move(batch);
  loops_.push_back(std::move(loop));
}

std::size_t Turns::Find(const std::string& name) const {
  for (std::size_t i = 0; i < loops_.size(); ++i) {
    if (loops_[i].name == name) return i;
  }
  std::fprintf(stderr, "there is no loop %s\n", name.c_str());
  std::exit(1);
}

void Turns::CompareWith(const std::string& name, const std::string& base) {
  loops_[Find(name)].base = Find(base);
}

void Turns::SetBudget(const std::string& name, double budget) {
  loops_[Find(name)].budget = budget;
}

void Turns::Run(int rounds) {
  for (Loop& loop : loops_) {
    double fastest = loop.batch(1);
    for (int i = 0; i < 20; ++i) {
      fastest = std::min(fastest, loop.batch(loop.times));
      loop.times = std::max<std::int64_t>(1, std::llround(kBatchNs / fastest));
    }
  }
  for (int round = 0; round < rounds; ++round) {
    // Each loop has each neighbour as often as the others.
    for (std::size_t i = 0; i < loops_.size(); ++i) {
      Loop& loop = loops_[round % 2 == 0 ? i : loops_.size() - 1 - i];
      loop.ns.push_back(loop.batch(loop.times));
    }
  }
}

void Turns::Print(int per_pass) const {
  std::printf("  %-28s %10s %12s %7s  %-13s %7s %s\n", "", "ns a pass",
              "events a s", "ratio", "95 % interval", "budget", "within");
  for (const Loop& loop : loops_) {
    std::vector<double> ratios;
    for (std::size_t i = 0; i < loop.ns.size(); ++i) {
      ratios.push_back(loop.ns[i] / loops_[loop.base].ns[i]);
    }
    const double ns = MedianOf(loop.ns).value;
    const Median ratio = MedianOf(ratios);
    std::printf("  %-28s %10.0f %12.0f %7.3f  %.3f-%.3f   ", loop.name.c_str(),
                ns, per_pass * 1e9 / ns, ratio.value, ratio.low, ratio.high);
    if (loop.budget > 0) {
      std::printf("%7.2f %s", loop.budget,
                  ratio.value <= loop.budget ? "yes" : "NO");
    }
    std::printf("\n");
  }
  std::fflush(stdout);
}

Turns::Batch Timed(std::function<void(std::int64_t times)> loop) {
  return [loop = std::move(loop)](std::int64_t times) {
    const auto begin = std::chrono::steady_clock::now();
    loop(times);
    return std::chrono::duration<double, std::nano>(
               std::chrono::steady_clock::now() - begin)
               .count() /
           static_cast<double>(times);
  };
}

}  // namespace benchmarks
}  // namespace mortise

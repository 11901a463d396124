// Measures what TlsSocket costs, compared with bare BoringSSL on the same kind
// of sockets:
//
//   bazel run -c opt //tests/benchmarks:tls_calls
//
// It sends one message in each direction, of several sizes, on one core. The
// sides take turns, so that other work of the machine affects all of them. Each
// turn is divided by the bare turn next to it, and the median of these ratios
// counts.

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/tests/benchmarks/median.h"
#include "mortise/tests/benchmarks/tls_ends.h"

namespace mortise {
namespace benchmarks {
namespace {

constexpr char kUsage[] =
    "usage: tls_calls                 TlsSocket beside bare BoringSSL, in\n"
    "                                 turns: nanoseconds for a message there\n"
    "                                 and one back, and the ratios. Takes a\n"
    "                                 minute.\n"
    "       tls_calls SIDE SIZE TIMES  only sends TIMES messages of SIZE "
    "bytes\n"
    "                                 there and back. SIDE is bare, blocking\n"
    "                                 or timeout. For instruction counters.\n";

// The buffers that the messages come from and go to.
class Message {
 public:
  explicit Message(std::size_t size) : data_(size, 'x'), buffer_(size) {}

  template <typename Ends>
  void Send(Ends& ends, int times) {
    for (int i = 0; i < times; ++i) {
      SendBothWays(ends, data_, absl::MakeSpan(buffer_));
    }
  }

  // Returns the nanoseconds of one message.
  template <typename Ends>
  double Measure(Ends& ends, int times) {
    const absl::Time begin = absl::Now();
    Send(ends, times);
    return absl::ToDoubleNanoseconds(absl::Now() - begin) / times;
  }

 private:
  const std::string data_;
  std::vector<char> buffer_;
};

void Compare() {
  BareTls bare;
  MortiseTls blocking(absl::InfiniteDuration());
  MortiseTls timed(absl::Seconds(60));
  std::printf("%10s %12s %12s %12s %10s %10s\n", "bytes", "bare ns",
              "blocking ns", "timeout ns", "blocking", "timeout");
  // Sizes that fit into the buffers of the system, because one thread runs both
  // ends.
  for (const std::size_t size : {16u, 256u, 1024u, 4096u, 16384u, 65536u}) {
    Message message(size);
    const int times = size > 4096 ? 5 : 20;
    std::vector<double> bare_ns, blocking_ns, timed_ns, blocking_ratio,
        timed_ratio;
    for (int i = 0; i < 2000; ++i) {
      bare_ns.push_back(message.Measure(bare, times));
      blocking_ns.push_back(message.Measure(blocking, times));
      timed_ns.push_back(message.Measure(timed, times));
      blocking_ratio.push_back(blocking_ns.back() / bare_ns.back());
      timed_ratio.push_back(timed_ns.back() / bare_ns.back());
    }
    std::printf("%10zu %12.0f %12.0f %12.0f %10.3f %10.3f\n", size,
                MedianOf(bare_ns).value, MedianOf(blocking_ns).value,
                MedianOf(timed_ns).value, MedianOf(blocking_ratio).value,
                MedianOf(timed_ratio).value);
  }
}

// Returns false if the arguments are wrong.
bool SendOnly(absl::string_view side, absl::string_view size_text,
              absl::string_view times_text) {
  std::size_t size = 0;
  int times = 0;
  if (!absl::SimpleAtoi(size_text, &size) || size == 0 || size > 65536 ||
      !absl::SimpleAtoi(times_text, &times)) {
    return false;
  }
  Message message(size);
  if (side == "bare") {
    BareTls ends;
    message.Send(ends, times);
  } else if (side == "blocking" || side == "timeout") {
    MortiseTls ends(side == "blocking" ? absl::InfiniteDuration()
                                       : absl::Seconds(60));
    message.Send(ends, times);
  } else {
    return false;
  }
  return true;
}

}  // namespace
}  // namespace benchmarks
}  // namespace mortise

int main(int argc, char** argv) {
  if (argc == 1) {
    mortise::benchmarks::Compare();
    return 0;
  }
  if (argc == 4 && mortise::benchmarks::SendOnly(argv[1], argv[2], argv[3])) {
    return 0;
  }
  const bool help = argc == 2 && std::strcmp(argv[1], "--help") == 0;
  std::fputs(mortise::benchmarks::kUsage, help ? stdout : stderr);
  return help ? 0 : 2;
}

// Look-ups on a machine whose name server never answers. The test uses network
// and mount namespaces of its own.

#include <arpa/inet.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <initializer_list>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/posix/names.h"
#include "mortise/platform/sock_addr.h"
#include "mortise/platform/timed_lookup.h"
#include "mortise/tests/platform/posix/child.h"

namespace mortise {
namespace posix {
namespace {

#ifdef CLONE_NEWNET

constexpr absl::Duration kLong = absl::Minutes(10);
constexpr int kSkipped = 77;

// Prints why nothing was tested, and returns the exit code for it.
int Skip(absl::string_view why) {
  std::fprintf(stderr, "%s: %s\n", std::string(why).c_str(),
               std::strerror(errno));
  return kSkipped;
}

// The number of checks that have failed in this process.
int failures = 0;

void Check(bool holds, absl::string_view what) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", std::string(what).c_str());
  ++failures;
}

// Gives this process such a name server. Returns an empty text, or the reason
// if that is not possible.
std::string TakeSilentResolver() {
  constexpr int kNamespaces = CLONE_NEWNS | CLONE_NEWNET;
  if (unshare(kNamespaces) != 0 && unshare(CLONE_NEWUSER | kNamespaces) != 0) {
    return "unshare";
  }
  if (mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) {
    return "mount /";
  }
  // Hides the machine's own files, which may or may not be there.
  if (mount("mortise", "/etc", "tmpfs", 0, nullptr) != 0) return "mount /etc";
  std::ofstream("/etc/resolv.conf")
      << "nameserver 127.0.0.1\noptions timeout:30\n";
  std::ofstream("/etc/nsswitch.conf") << "hosts: files dns\n";
  std::ofstream("/etc/hosts")
      << "127.0.0.1 localhost\n192.0.2.7 here.example\n";
  const int socket = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  ifreq loopback = {};
  std::strcpy(loopback.ifr_name, "lo");
  loopback.ifr_flags = IFF_UP;
  if (ioctl(socket, SIOCSIFFLAGS, &loopback) != 0) return "lo up";
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(53);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  // This socket gets the queries, and is never read.
  if (bind(socket, reinterpret_cast<const sockaddr*>(&address),
           sizeof(address)) != 0) {
    return "bind 127.0.0.1:53";
  }
  return "";
}

FoundAddresses Find(absl::string_view host, absl::Duration timeout) {
  AddrInfoQuery query;
  query.host = std::string(host);
  query.family = AF_INET;
  query.type = SOCK_STREAM;
  return Names().FindAddresses(query, timeout);
}

bool IsFound(const FoundAddresses& found) {
  return found.error == 0 && !found.timed_out && !found.value.empty();
}

bool IsFound(const LookupResult<HostEntry>& found) {
  return found.error == 0 && !found.timed_out && !found.value.addresses.empty();
}

// Checks the look-ups that must be answered even if all others hang.
void CheckThisMachine() {
  Names names;
  for (const char* host : {"localhost", "LOCALHOST", "127.0.0.1"}) {
    Check(IsFound(Find(host, kLong)), host);
    Check(IsFound(names.FindHostByName(host, kLong)),
          absl::StrCat("host ", host));
  }
  SockAddr loopback;
  loopback.family = AF_INET;
  loopback.size = 4;
  loopback.bytes[0] = 127;
  loopback.bytes[1] = loopback.bytes[2] = 0;
  loopback.bytes[3] = 1;
  Check(IsFound(names.FindHostByAddress(loopback, kLong)), "host by address");
  Check(names.FindName(loopback, NI_NAMEREQD, kLong).value.host == "localhost",
        "name of the loopback address");
}

// Begins `most` look-ups that hang, of names that end in `suffix`.
void Hang(int most, absl::string_view suffix) {
  for (int i = 0; i < most; ++i) {
    Check(Find(absl::StrCat("n", i, suffix), absl::Milliseconds(1)).timed_out,
          "a look-up hangs");
  }
}

int LookUpWithoutAnAnswer() {
  const std::string lacking = TakeSilentResolver();
  if (!lacking.empty()) return Skip(lacking);

  Check(IsFound(Find("here.example", kLong)), "/etc/hosts counts");
  Hang(TimedLookups::kMost, ".example");
  Hang(TimedLookups::kMostLocal, ".localhost");
  // No place is left, not even for a name that would be found.
  for (const char* host : {"n.example", "here.example"}) {
    const FoundAddresses found = Find(host, absl::Milliseconds(20));
    Check(found.timed_out && found.error == 0, "it is a timeout");
  }
  CheckThisMachine();

  const auto child = [] {
    failures = 0;
    CheckThisMachine();
    Check(IsFound(Find("here.example", kLong)), "a child starts afresh");
    Hang(TimedLookups::kMost, ".example");
    return failures;
  };
  Check(ExitCodeOfChild([&child] {
          return child() == 0 && ExitCodeOfChild(child) == 0 ? 0 : 1;
        }) == 0,
        "a child, and a child of it");
  // Exits while all the threads are still in the resolver.
  std::exit(failures == 0 ? 0 : 1);
}

TEST(SilentResolverTest, HungLookUpsHoldUpNeitherThisMachineNorAChild) {
  if (!ChildrenMayHaveThreads()) GTEST_SKIP() << "not in an emulator";
  const int exit_code = ExitCodeOfChild(&LookUpWithoutAnAnswer);
  if (exit_code == kSkipped) GTEST_SKIP() << "no name server of its own";
  EXPECT_EQ(exit_code, 0);
}

#endif

}  // namespace
}  // namespace posix
}  // namespace mortise

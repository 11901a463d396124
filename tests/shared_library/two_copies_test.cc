// Two copies of Mortise in one process, each in a shared library of its own.
// Each test opens the copies in a child process. The parent never uses them.

#include <dlfcn.h>
#include <sys/socket.h>

#include <fstream>
#include <ostream>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/tests/platform/posix/child.h"
#include "mortise/tests/shared_library/copy.h"
#include "mortise/tests/tree.h"

namespace mortise {
namespace {

using posix::ExitCodeOfChild;
using testing::Copy;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using testing::TreePath;

// How a library is linked, and how it is opened.
struct Linking {
  const char* name;
  const char* library;
  int flags;
  // Whether the copies share nothing. If not, the dynamic linker takes symbols
  // that both export from the copy that was opened first.
  bool separate;
};

// Prints a Linking, for GoogleTest.
void PrintTo(const Linking& linking, std::ostream* out) {
  *out << linking.name;
}

constexpr Linking kLinkings[] = {
    {"HidesAllButItsOwn", "libhides.so", RTLD_LOCAL, true},
    {"HidesAllButItsOwnAndIsGlobal", "libhides.so", RTLD_GLOBAL, true},
    {"ExportsAll", "libexports.so", RTLD_LOCAL, true},
    {"ExportsAllAndIsGlobal", "libexports.so", RTLD_GLOBAL, false},
};

// A copy of the library's file. The dynamic linker knows files by their inode,
// so it takes each copy for another library.
class Library {
 public:
  Library(const Linking& linking, const std::string& name)
      : path_(absl::StrCat(::testing::TempDir(), "/", linking.name, "_", name,
                           ".so")) {
    std::ifstream from(
        TreePath(absl::StrCat("tests/shared_library/", linking.library)),
        std::ios::binary);
    std::ofstream(path_, std::ios::binary) << from.rdbuf();
    handle_ = dlopen(path_.c_str(), RTLD_NOW | linking.flags);
    if (handle_ == nullptr) {
      ADD_FAILURE() << dlerror();
      return;
    }
    const auto get =
        reinterpret_cast<Copy* (*)()>(dlsym(handle_, "GetCopyOfMortise"));
    if (get == nullptr) {
      ADD_FAILURE() << dlerror();
      return;
    }
    copy_ = get();
  }

  // nullptr if it could not be opened.
  Copy* copy() const { return copy_; }
  void Close() { EXPECT_EQ(dlclose(handle_), 0) << dlerror(); }

 private:
  const std::string path_;
  void* handle_ = nullptr;
  Copy* copy_ = nullptr;
};

void ExpectWorks(Copy* copy) {
  EXPECT_EQ(copy->Talk(), "");
  EXPECT_EQ(copy->LookUp(), "");
  EXPECT_EQ(copy->NameOfFamily(AF_INET6), "AF_INET6");
  EXPECT_THAT(copy->TextOfWouldBlock(), StartsWith("recv: "));
  EXPECT_THAT(copy->TextOfWouldBlock(), EndsWith("[EAGAIN]"));
  EXPECT_THAT(copy->TextOfBrokenPipe(), HasSubstr("[EPIPE]"));
}

class TwoCopiesTest : public ::testing::TestWithParam<Linking> {
 protected:
  // Calls `body` with two copies in a child process, which fails if `body`
  // does.
  template <typename Body>
  void WithTwoCopies(Body body) {
    EXPECT_EQ(ExitCodeOfChild([&] {
                Library first(GetParam(), "first");
                Library second(GetParam(), "second");
                if (first.copy() == nullptr || second.copy() == nullptr) {
                  return 2;
                }
                body(first, second);
                return HasFailure() ? 1 : 0;
              }),
              0);
  }
};

TEST_P(TwoCopiesTest, BothWork) {
  WithTwoCopies([](Library& first, Library& second) {
    ExpectWorks(first.copy());
    ExpectWorks(second.copy());
    ExpectWorks(first.copy());
  });
}

TEST_P(TwoCopiesTest, TheDefaultTimeoutIsTheCopys) {
  WithTwoCopies([](Library& first, Library& second) {
    first.copy()->SetDefaultTimeout(25);
    EXPECT_EQ(first.copy()->GetDefaultTimeout(), 25);
    EXPECT_EQ(first.copy()->GetTimeoutOfNewSocket(), 25);
    const double of_second = GetParam().separate ? -1 : 25;
    EXPECT_EQ(second.copy()->GetDefaultTimeout(), of_second);
    EXPECT_EQ(second.copy()->GetTimeoutOfNewSocket(), of_second);
    ExpectWorks(first.copy());
    ExpectWorks(second.copy());
  });
}

TEST_P(TwoCopiesTest, OneTakesWhatTheOtherGives) {
  WithTwoCopies([](Library& first, Library& second) {
    EXPECT_EQ(second.copy()->Take(first.copy()->Give("hello")), "hello");
    EXPECT_EQ(first.copy()->Take(second.copy()->Give("bye")), "bye");
  });
}

TEST_P(TwoCopiesTest, ManyThreadsUseBoth) {
  WithTwoCopies([](Library& first, Library& second) {
    std::vector<std::thread> threads;
    for (int i = 0; i < 3; ++i) {
      for (Copy* copy : {first.copy(), second.copy()}) {
        threads.emplace_back([copy] {
          for (int turn = 0; turn < 5; ++turn) ExpectWorks(copy);
        });
      }
    }
    for (std::thread& thread : threads) thread.join();
  });
}

TEST_P(TwoCopiesTest, BothWorkInAFork) {
  WithTwoCopies([](Library& first, Library& second) {
    ExpectWorks(first.copy());
    ExpectWorks(second.copy());
    EXPECT_EQ(ExitCodeOfChild([&] {
                ExpectWorks(second.copy());
                ExpectWorks(first.copy());
                return HasFailure() ? 1 : 0;
              }),
              0);
  });
}

// A look-up that was given up goes on, and still runs the library's code.
TEST_P(TwoCopiesTest, OneIsClosedWhileItStillLooksUp) {
  WithTwoCopies([](Library& first, Library& second) {
    for (int i = 0; i < 20; ++i) first.copy()->BeginLookUp();
    first.Close();
    ExpectWorks(second.copy());
  });
}

INSTANTIATE_TEST_SUITE_P(Linkings, TwoCopiesTest,
                         ::testing::ValuesIn(kLinkings),
                         [](const ::testing::TestParamInfo<Linking>& param) {
                           return param.param.name;
                         });

}  // namespace
}  // namespace mortise

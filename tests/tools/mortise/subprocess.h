// A program run by a test, with pipes on its standard streams. Threads collect
// what the program writes while it runs, so that neither side ever waits for
// the other to read.
//
//   Subprocess echo({TreePath("tools/mortise/mortise"), "echo"});
//   echo.Write("input");
//   echo.EndInput();
//   EXPECT_EQ(echo.Wait(), 0);
//   EXPECT_EQ(echo.out(), "output");

#ifndef MORTISE_TESTS_TOOLS_MORTISE_SUBPROCESS_H_
#define MORTISE_TESTS_TOOLS_MORTISE_SUBPROCESS_H_

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/string_view.h"
#include "mortise/tests/tools/mortise/child.h"

namespace mortise::testing {

// When a test begins to read what a program writes to its standard output.
enum class Reading {
  kAtOnce,
  kLater,  // with StartReading, or Wait
};

class Subprocess {
 public:
  // Starts the program. Aborts if there is no such program.
  explicit Subprocess(const std::vector<std::string>& command,
                      const ChildStreams& streams = {},
                      Reading reading = Reading::kAtOnce);
  Subprocess(const Subprocess&) = delete;
  Subprocess& operator=(const Subprocess&) = delete;
  // Asks the program to end if it still runs, so that it can remove its files.
  ~Subprocess();

  // Returns false if the program no longer reads its input.
  bool Write(absl::string_view input);
  void EndInput();

  // Call it at most once.
  void StartReading() { out_.Start(child_.output); }

  // Returns false, and does nothing, if this system has no way to do it here.
  bool Interrupt(const Interruption& how) {
    return InterruptChild(child_.process, how);
  }
  // Waits until the program has ended. Returns its exit code, or the `result`
  // of the Interruption that ended it.
  int Wait();

  // Wait until the program has written `text`, or has ended. They return
  // whether it has written `text`.
  bool WaitForOut(absl::string_view text) { return out_.WaitFor(text); }
  bool WaitForErr(absl::string_view text) { return err_.WaitFor(text); }

  // Everything that the program has written so far. After Wait, nothing is
  // missing.
  std::string out() { return out_.text(); }
  std::string err() { return err_.text(); }

 private:
  // Reads a pipe to its end.
  class Collector {
   public:
    void Start(ChildHandle pipe);
    bool started() const { return thread_.joinable(); }
    void Join();
    bool WaitFor(absl::string_view text);
    std::string text();

   private:
    void Run(ChildHandle pipe);

    std::mutex mutex_;
    std::condition_variable grown_;
    std::string text_;
    bool ended_ = false;
    std::thread thread_;
  };

  Child child_;
  bool running_ = true;
  int result_ = 0;
  Collector out_;
  Collector err_;
};

}  // namespace mortise::testing

#endif  // MORTISE_TESTS_TOOLS_MORTISE_SUBPROCESS_H_

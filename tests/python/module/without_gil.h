// What lets other Python threads run while this one is in the library, and how
// the library's calls come back for a moment when a signal has arrived.
//
//   absl::StatusOr<std::size_t> size;
//   {
//     const WithoutGil without_gil;
//     size = socket.Recv(buffer);
//   }

#ifndef MORTISE_TESTS_PYTHON_MODULE_WITHOUT_GIL_H_
#define MORTISE_TESTS_PYTHON_MODULE_WITHOUT_GIL_H_

#include "mortise/tests/python/module/python.h"

namespace mortise {
namespace python {

// Whether signal handlers run between the pieces of what is sent. They do where
// the caller cannot tell how much was sent anyway.
enum class BetweenPieces { kGoOn, kRunHandlers };

class WithoutGil {
 public:
  explicit WithoutGil(BetweenPieces between = BetweenPieces::kGoOn)
      : between_(between), outer_(current), state_(PyEval_SaveThread()) {
    current = this;
  }
  WithoutGil(const WithoutGil&) = delete;
  WithoutGil& operator=(const WithoutGil&) = delete;
  ~WithoutGil() {
    current = outer_;
    PyEval_RestoreThread(state_);
  }

  // The innermost of this thread; nullptr while it has the GIL, or where a
  // handler runs that has made no call of its own.
  static WithoutGil* Current() { return current; }

  BetweenPieces between() const { return between_; }

  // Runs Python's handlers of the signals that have arrived. False iff one has
  // raised an exception, now or before (PEP 475).
  bool RunSignalHandlers();
  bool has_exception() const { return has_exception_; }

 private:
  static thread_local WithoutGil* current;

  const BetweenPieces between_;
  WithoutGil* const outer_;
  PyThreadState* state_;
  bool has_exception_ = false;
};

// Calls something of the library, which returns a status of some kind.
template <typename Call>
auto CallWithoutGil(Call call, BetweenPieces between = BetweenPieces::kGoOn) {
  const WithoutGil without_gil(between);
  return call();
}

}  // namespace python
}  // namespace mortise

#endif  // MORTISE_TESTS_PYTHON_MODULE_WITHOUT_GIL_H_

// Lets other Python threads run while this thread is in the library. When a
// signal has arrived, a call in the library can come back to Python for a
// moment to run the signal's handlers.
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

// Whether signal handlers run between the pieces of what is sent. They run if
// the caller could not tell anyway how much was sent.
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

  // The innermost WithoutGil of this thread. nullptr while the thread has the
  // GIL, and while a handler runs that has made no call of its own.
  static WithoutGil* Current() { return current; }

  BetweenPieces between() const { return between_; }

  // Runs Python's handlers of the signals that have arrived. Returns false if a
  // handler has raised an exception, now or in an earlier call (PEP 475).
  bool RunSignalHandlers();
  bool has_exception() const { return has_exception_; }

 private:
  static thread_local WithoutGil* current;

  const BetweenPieces between_;
  WithoutGil* const outer_;
  PyThreadState* state_;
  bool has_exception_ = false;
};

// Calls a function of the library that returns a status or a StatusOr.
template <typename Call>
auto CallWithoutGil(Call call, BetweenPieces between = BetweenPieces::kGoOn) {
  const WithoutGil without_gil(between);
  return call();
}

}  // namespace python
}  // namespace mortise

#endif  // MORTISE_TESTS_PYTHON_MODULE_WITHOUT_GIL_H_

#include "mortise/tests/python/module/without_gil.h"

namespace mortise {
namespace python {

thread_local WithoutGil* WithoutGil::current = nullptr;

bool WithoutGil::RunSignalHandlers() {
  if (has_exception_) return false;
  current = nullptr;
  PyEval_RestoreThread(state_);
  has_exception_ = PyErr_CheckSignals() != 0;
  state_ = PyEval_SaveThread();
  current = this;
  return !has_exception_;
}

}  // namespace python
}  // namespace mortise

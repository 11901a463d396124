// The Python object around a Poller: `_socket._Poller`.

#ifndef MORTISE_TESTS_PYTHON_MODULE_POLLER_OBJECT_H_
#define MORTISE_TESTS_PYTHON_MODULE_POLLER_OBJECT_H_

#include "mortise/tests/python/module/python.h"

namespace mortise {
namespace python {

// _Poller(scanning=False)
//   register(target, key, events)  `target` is a `_socket.socket` or, for
//   modify(target, events)         everything else, a descriptor
//   unregister(target)
//   poll(timeout, maxevents)       a list of (key, events); None waits for ever
//   fileno()
//   close()
// The events are those of the module selectors, and the key is a number.
extern PyTypeObject poller_type;

// Finishes the type. Returns false, with an exception set, if it fails.
bool InitPollerType();

}  // namespace python
}  // namespace mortise

#endif  // MORTISE_TESTS_PYTHON_MODULE_POLLER_OBJECT_H_

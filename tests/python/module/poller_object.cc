#include "mortise/tests/python/module/poller_object.h"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <new>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "mortise/core/poller.h"
#include "mortise/core/socket.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/poll_events.h"
#include "mortise/tests/python/module/errors.h"
#include "mortise/tests/python/module/interruptible_platform.h"
#include "mortise/tests/python/module/ref.h"
#include "mortise/tests/python/module/socket_object.h"
#include "mortise/tests/python/module/without_gil.h"

namespace mortise {
namespace python {
namespace {

struct PollerObject {
  PyObject_HEAD
      // nullptr once it is closed. A thread that waits holds it too.
      std::shared_ptr<Poller>
          poller;
};

PollerObject* AsPollerObject(PyObject* object) {
  return reinterpret_cast<PollerObject*>(object);
}

// Returns the poller, or nullptr, with an exception set, if it is closed.
std::shared_ptr<Poller> Opened(PyObject* object) {
  std::shared_ptr<Poller> poller = AsPollerObject(object)->poller;
  if (poller == nullptr) {
    PyErr_SetString(PyExc_ValueError, "I/O operation on closed poller");
  }
  return poller;
}

// Calls `call` with the socket or the handle that `target` is. Returns None, or
// nullptr with an exception set.
template <typename Call>
PyObject* CallWithTarget(PyObject* target, Call call) {
  absl::Status status;
  if (PyObject_TypeCheck(target, &socket_type) != 0) {
    status = call(AsSocketObject(target)->socket);
  } else {
    const int fd = _PyLong_AsInt(target);
    if (fd == -1 && PyErr_Occurred() != nullptr) return nullptr;
    NativeHandle handle(fd);
    status = call(handle);
  }
  if (!status.ok()) return Raise(status);
  Py_RETURN_NONE;
}

PyObject* New(PyTypeObject* type, PyObject* args, PyObject* /*kwargs*/) {
  int scanning = 0;
  if (PyArg_ParseTuple(args, "|p:_Poller", &scanning) == 0) return nullptr;
  absl::StatusOr<Poller> poller =
      Poller::Create(scanning != 0 ? &InterruptibleScanningPlatform()
                                   : &InterruptiblePlatform());
  if (!poller.ok()) return Raise(poller.status());
  PyObject* const object = type->tp_alloc(type, 0);
  if (object == nullptr) return nullptr;
  new (&AsPollerObject(object)->poller)
      std::shared_ptr<Poller>(std::make_shared<Poller>(*std::move(poller)));
  return object;
}

void Dealloc(PyObject* object) {
  AsPollerObject(object)->poller.~shared_ptr();
  Py_TYPE(object)->tp_free(object);
}

PyObject* Register(PyObject* object, PyObject* args) {
  PyObject* target = nullptr;
  unsigned long long key = 0;  // NOLINT: the type of "K"
  unsigned char events = 0;
  if (PyArg_ParseTuple(args, "OKb:register", &target, &key, &events) == 0) {
    return nullptr;
  }
  const std::shared_ptr<Poller> poller = Opened(object);
  if (poller == nullptr) return nullptr;
  return CallWithTarget(target, [&](auto& socket_or_handle) {
    return poller->Register(socket_or_handle, static_cast<PollEvents>(events),
                            key);
  });
}

PyObject* Modify(PyObject* object, PyObject* args) {
  PyObject* target = nullptr;
  unsigned char events = 0;
  if (PyArg_ParseTuple(args, "Ob:modify", &target, &events) == 0) {
    return nullptr;
  }
  const std::shared_ptr<Poller> poller = Opened(object);
  if (poller == nullptr) return nullptr;
  return CallWithTarget(target, [&](auto& socket_or_handle) {
    return poller->Modify(socket_or_handle, static_cast<PollEvents>(events));
  });
}

PyObject* Unregister(PyObject* object, PyObject* target) {
  const std::shared_ptr<Poller> poller = Opened(object);
  if (poller == nullptr) return nullptr;
  return CallWithTarget(target, [&](auto& socket_or_handle) {
    return poller->Unregister(socket_or_handle);
  });
}

PyObject* Poll(PyObject* object, PyObject* args) {
  PyObject* timeout_object = nullptr;
  Py_ssize_t most = 0;
  _PyTime_t timeout = 0;
  if (PyArg_ParseTuple(args, "On:poll", &timeout_object, &most) == 0 ||
      !TimeoutFromPython(timeout_object, &timeout)) {
    return nullptr;
  }
  if (most < 1 || most > std::numeric_limits<int>::max()) {
    PyErr_SetString(PyExc_ValueError, "maxevents must be greater than 0");
    return nullptr;
  }
  const std::shared_ptr<Poller> poller = Opened(object);
  if (poller == nullptr) return nullptr;
  PollResult result(static_cast<std::size_t>(most));
  const absl::Status status = CallWithoutGil([&] {
    return poller->Wait(
        timeout < 0 ? absl::InfiniteDuration() : absl::Nanoseconds(timeout),
        &result);
  });
  if (!status.ok()) return Raise(status);
  Ref list(PyList_New(0));
  if (!list) return nullptr;
  for (const PollEvent event : result) {
    const Ref item(Py_BuildValue(
        "(Ki)", static_cast<unsigned long long>(event.key),  // NOLINT
        static_cast<int>(event.events)));
    if (!item || PyList_Append(list.get(), item.get()) != 0) return nullptr;
  }
  return list.Release();
}

PyObject* FileNo(PyObject* object, PyObject* /*unused*/) {
  const std::shared_ptr<Poller> poller = Opened(object);
  if (poller == nullptr) return nullptr;
  return PyLong_FromLongLong(poller->native_handle().value());
}

PyObject* Close(PyObject* object, PyObject* /*unused*/) {
  AsPollerObject(object)->poller.reset();
  Py_RETURN_NONE;
}

PyMethodDef methods[] = {
    {"register", &Register, METH_VARARGS, nullptr},
    {"modify", &Modify, METH_VARARGS, nullptr},
    {"unregister", &Unregister, METH_O, nullptr},
    {"poll", &Poll, METH_VARARGS, nullptr},
    {"fileno", &FileNo, METH_NOARGS, nullptr},
    {"close", &Close, METH_NOARGS, nullptr},
    {},
};

}  // namespace

PyTypeObject poller_type = {};

bool InitPollerType() {
  // As for socket_type.
  Py_SET_REFCNT(&poller_type, 1);
  poller_type.tp_name = "_socket._Poller";
  poller_type.tp_basicsize = sizeof(PollerObject);
  poller_type.tp_dealloc = &Dealloc;
  poller_type.tp_flags = Py_TPFLAGS_DEFAULT;
  poller_type.tp_doc = "Waits for many sockets at once.";
  poller_type.tp_methods = methods;
  poller_type.tp_new = &New;
  return PyType_Ready(&poller_type) == 0;
}

}  // namespace python
}  // namespace mortise

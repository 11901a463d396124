// The families that only Linux has. Most of them are for talking to the kernel.

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <variant>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "mortise/core/family_address.h"
#include "mortise/core/socket_address.h"
#include "mortise/core/socket_types.h"
#include "mortise/tests/python/module/address_families.h"
#include "mortise/tests/python/module/buffer.h"
#include "mortise/tests/python/module/errors.h"
#include "mortise/tests/python/module/interruptible_platform.h"
#include "mortise/tests/python/module/ref.h"

namespace mortise {
namespace python {
namespace {

// Each of these readers converts `address` to `*result`. It returns false, with
// an exception set, if it fails.

bool ReadNetlink(PyObject* address, const char* caller, FamilyAddress* result) {
  NetlinkAddress netlink;
  if (!CheckTuple(address, caller, "AF_NETLINK") ||
      PyArg_ParseTuple(address,
                       "II;AF_NETLINK address must be a pair (pid, groups)",
                       &netlink.pid, &netlink.groups) == 0) {
    return false;
  }
  *result = netlink;
  return true;
}

bool ReadQipcrtr(PyObject* address, const char* caller, FamilyAddress* result) {
  QipcrtrAddress router;
  if (!CheckTuple(address, caller, "AF_QIPCRTR") ||
      PyArg_ParseTuple(address,
                       "II;AF_QIPCRTR address must be a pair (node, port)",
                       &router.node, &router.port) == 0) {
    return false;
  }
  *result = router;
  return true;
}

bool ReadVsock(PyObject* address, const char* /*caller*/,
               FamilyAddress* result) {
  VsockAddress vsock;
  if (!CheckTuple(address, "getsockaddrarg", "AF_VSOCK") ||
      PyArg_ParseTuple(address, "II:getsockaddrarg", &vsock.cid, &vsock.port) ==
          0) {
    return false;
  }
  *result = vsock;
  return true;
}

bool ReadPacket(PyObject* address, const char* caller, FamilyAddress* result) {
  const char* interface = nullptr;
  int protocol = 0;
  int packet_type = 0;
  int hardware_type = 0;
  Buffer hardware_address;
  if (!CheckTuple(address, caller, "AF_PACKET")) return false;
  if (PyArg_ParseTuple(
          address,
          "si|iiy*;AF_PACKET address must be a tuple of two to five elements",
          &interface, &protocol, &packet_type, &hardware_type,
          hardware_address.out()) == 0) {
    return false;
  }
  if (hardware_address.size() > 8) {
    PyErr_SetString(PyExc_ValueError,
                    "Hardware address must be 8 bytes or less");
    return false;
  }
  PacketAddress packet;
  packet.ifname = interface;
  packet.packet_type = static_cast<std::uint8_t>(packet_type);
  packet.hardware_type = static_cast<std::uint16_t>(hardware_type);
  packet.hardware_address = std::string(hardware_address.text());
  if (protocol < 0 || protocol > 0xffff) {
    PyErr_Format(PyExc_OverflowError, "%s(): proto must be 0-65535.", caller);
    return false;
  }
  packet.protocol = static_cast<std::uint16_t>(protocol);
  *result = std::move(packet);
  return true;
}

bool ReadTipc(PyObject* address, const char* caller, FamilyAddress* result) {
  unsigned type = 0;
  unsigned scope = kTipcClusterScope;
  TipcAddress tipc;
  if (!CheckTuple(address, caller, "AF_TIPC") ||
      PyArg_ParseTuple(address,
                       "IIII|I;AF_TIPC address must be a tuple (addr_type, v1, "
                       "v2, v3[, scope])",
                       &type, &tipc.v1, &tipc.v2, &tipc.v3, &scope) == 0) {
    return false;
  }
  tipc.scope = static_cast<std::int8_t>(scope);
  switch (type) {
    case kTipcAddrNameseq:
      tipc.type = TipcAddress::Type::kServiceRange;
      break;
    case kTipcAddrName:
      tipc.type = TipcAddress::Type::kService;
      break;
    case kTipcAddrId:
      tipc.type = TipcAddress::Type::kSocket;
      tipc.v3 = 0;
      break;
    default:
      PyErr_SetString(PyExc_TypeError, "Invalid address type");
      return false;
  }
  *result = tipc;
  return true;
}

// A name that is not empty is shorter than IFNAMSIZ.
constexpr Py_ssize_t kMaxInterfaceName = 15;

bool ReadInterface(PyObject* encoded, std::string* name) {
  const Ref owned(encoded);
  const Py_ssize_t size = PyBytes_GET_SIZE(encoded);
  if (size > kMaxInterfaceName) {
    PyErr_SetString(PyExc_OSError, "AF_CAN interface name too long");
    return false;
  }
  *name =
      std::string(PyBytes_AS_STRING(encoded), static_cast<std::size_t>(size));
  return true;
}

bool ReadCan(PyObject* address, const char* caller, int protocol,
             FamilyAddress* result) {
  PyObject* interface = nullptr;
  if (!CheckTuple(address, caller, "AF_CAN")) return false;
  if (protocol == kCanIsotp) {
    CanIsotpAddress can;
    unsigned long rx_id = 0;  // NOLINT: as "k" has it
    unsigned long tx_id = 0;  // NOLINT
    if (PyArg_ParseTuple(address, "O&kk", PyUnicode_FSConverter, &interface,
                         &rx_id, &tx_id) == 0 ||
        !ReadInterface(interface, &can.ifname)) {
      return false;
    }
    can.rx_id = static_cast<std::uint32_t>(rx_id);
    can.tx_id = static_cast<std::uint32_t>(tx_id);
    *result = std::move(can);
    return true;
  }
  if (protocol == kCanJ1939) {
    CanJ1939Address can;
    unsigned long long name = 0;  // NOLINT: as "K" has it
    if (PyArg_ParseTuple(address, "O&KIB", PyUnicode_FSConverter, &interface,
                         &name, &can.pgn, &can.addr) == 0 ||
        !ReadInterface(interface, &can.ifname)) {
      return false;
    }
    can.name = name;
    *result = std::move(can);
    return true;
  }
  if (protocol != kCanRaw && protocol != kCanBcm) {
    PyErr_Format(PyExc_OSError, "%s(): unsupported CAN protocol", caller);
    return false;
  }
  CanAddress can;
  if (PyArg_ParseTuple(address,
                       "O&;AF_CAN address must be a tuple (interface, )",
                       PyUnicode_FSConverter, &interface) == 0 ||
      !ReadInterface(interface, &can.ifname)) {
    return false;
  }
  *result = std::move(can);
  return true;
}

bool ReadAlg(PyObject* address, const char* caller, FamilyAddress* result) {
  const char* type = nullptr;
  const char* name = nullptr;
  unsigned short feature = 0;  // NOLINT: as "H" has it
  unsigned short mask = 0;     // NOLINT
  if (!CheckTuple(address, caller, "AF_ALG") ||
      PyArg_ParseTuple(
          address,
          "ss|HH;AF_ALG address must be a tuple (type, name[, feat[, mask]])",
          &type, &name, &feature, &mask) == 0) {
    return false;
  }
  AlgAddress alg;
  alg.type = type;
  alg.name = name;
  alg.feature = feature;
  alg.mask = mask;
  if (alg.type.size() > 13) {
    PyErr_SetString(PyExc_ValueError, "AF_ALG type too long.");
    return false;
  }
  if (alg.name.size() > 63) {
    PyErr_SetString(PyExc_ValueError, "AF_ALG name too long.");
    return false;
  }
  *result = std::move(alg);
  return true;
}

bool RaiseWrongFormat(const char* caller) {
  PyErr_Format(PyExc_OSError, "%s(): wrong format", caller);
  return false;
}

bool ReadBluetooth(PyObject* address, const char* caller, int protocol,
                   FamilyAddress* result) {
  const char* device = nullptr;
  int number = 0;
  switch (protocol) {
    case kBtprotoL2cap: {
      if (PyArg_Parse(address, "(si)", &device, &number) == 0) {
        return RaiseWrongFormat(caller);
      }
      L2capAddress l2cap;
      l2cap.address = device;
      l2cap.psm = static_cast<std::uint16_t>(number);
      *result = std::move(l2cap);
      return true;
    }
    case kBtprotoRfcomm: {
      if (PyArg_Parse(address, "(si)", &device, &number) == 0) {
        return RaiseWrongFormat(caller);
      }
      RfcommAddress rfcomm;
      rfcomm.address = device;
      rfcomm.channel = static_cast<std::uint8_t>(number);
      *result = std::move(rfcomm);
      return true;
    }
    case kBtprotoHci: {
      if (PyArg_Parse(address, "(i)", &number) == 0) {
        return RaiseWrongFormat(caller);
      }
      HciAddress hci;
      hci.device = static_cast<std::uint16_t>(number);
      *result = hci;
      return true;
    }
    case kBtprotoSco: {
      if (!PyBytes_Check(address)) return RaiseWrongFormat(caller);
      ScoAddress sco;
      sco.address = PyBytes_AS_STRING(address);
      *result = std::move(sco);
      return true;
    }
    default:
      PyErr_Format(PyExc_OSError, "%s(): unknown Bluetooth protocol", caller);
      return false;
  }
}

bool Read(int family, int protocol, PyObject* address, const char* caller,
          FamilyAddress* result) {
  switch (family) {
    case kAfNetlink:
      return ReadNetlink(address, caller, result);
    case kAfPacket:
      return ReadPacket(address, caller, result);
    case kAfVsock:
      return ReadVsock(address, caller, result);
    case kAfCan:
      return ReadCan(address, caller, protocol, result);
    case kAfAlg:
      return ReadAlg(address, caller, result);
    case kAfBluetooth:
      return ReadBluetooth(address, caller, protocol, result);
    case kAfTipc:
      return ReadTipc(address, caller, result);
    case kAfQipcrtr:
      return ReadQipcrtr(address, caller, result);
    default:
      PyErr_Format(PyExc_OSError, "%s(): bad family", caller);
      return false;
  }
}

// --- To Python ---------------------------------------------------------------

PyObject* Text(const std::string& text) {
  return PyUnicode_DecodeFSDefaultAndSize(text.data(),
                                          static_cast<Py_ssize_t>(text.size()));
}

struct ToPython {
  PyObject* operator()(const NetlinkAddress& a) const {
    return Py_BuildValue("II", a.pid, a.groups);
  }
  PyObject* operator()(const PacketAddress& a) const {
    return Py_BuildValue("siiiy#", a.ifname.c_str(), int{a.protocol},
                         int{a.packet_type}, int{a.hardware_type},
                         a.hardware_address.data(),
                         static_cast<Py_ssize_t>(a.hardware_address.size()));
  }
  PyObject* operator()(const VsockAddress& a) const {
    return Py_BuildValue("II", a.cid, a.port);
  }
  PyObject* operator()(const CanAddress& a) const {
    return Py_BuildValue("(N)", Text(a.ifname));
  }
  PyObject* operator()(const CanIsotpAddress& a) const {
    return Py_BuildValue("NII", Text(a.ifname), a.rx_id, a.tx_id);
  }
  PyObject* operator()(const CanJ1939Address& a) const {
    return Py_BuildValue("NKIi", Text(a.ifname),
                         static_cast<unsigned long long>(a.name),  // NOLINT
                         a.pgn, int{a.addr});
  }
  PyObject* operator()(const AlgAddress& a) const {
    return Py_BuildValue("ssII", a.type.c_str(), a.name.c_str(), a.feature,
                         a.mask);
  }
  PyObject* operator()(const L2capAddress& a) const {
    return Py_BuildValue("si", a.address.c_str(), int{a.psm});
  }
  PyObject* operator()(const RfcommAddress& a) const {
    return Py_BuildValue("si", a.address.c_str(), int{a.channel});
  }
  PyObject* operator()(const ScoAddress& a) const { return Text(a.address); }
  PyObject* operator()(const HciAddress& a) const {
    return PyLong_FromLong(a.device);
  }
  PyObject* operator()(const TipcAddress& a) const {
    int type = kTipcAddrId;
    if (a.type == TipcAddress::Type::kServiceRange) type = kTipcAddrNameseq;
    if (a.type == TipcAddress::Type::kService) type = kTipcAddrName;
    return Py_BuildValue("iIIIi", type, a.v1, a.v2, a.v3, int{a.scope});
  }
  PyObject* operator()(const QipcrtrAddress& a) const {
    return Py_BuildValue("II", a.node, a.port);
  }
  PyObject* operator()(const HypervAddress& a) const {
    return Py_BuildValue("ss", a.vm_id.c_str(), a.service_id.c_str());
  }
  PyObject* operator()(const SystemAddress& a) const {
    return Py_BuildValue("II", a.id, a.unit);
  }
};

}  // namespace

bool KernelAddressFromPython(int family, int protocol, PyObject* address,
                             const char* caller, SocketAddress* result) {
  FamilyAddress read;
  if (!Read(family, protocol, address, caller, &read)) return false;
  const absl::StatusOr<SocketAddress> made =
      MakeAddress(read, &InterruptiblePlatform());
  if (made.ok()) {
    *result = *made;
    return true;
  }
  // The text of a Bluetooth address is parsed only by the library, so this is
  // where its error gets Python's text.
  if (family == kAfBluetooth && OsNumber(made.status()) == EINVAL) {
    PyErr_SetString(PyExc_OSError, "bad bluetooth address");
  } else {
    Raise(made.status());
  }
  return false;
}

PyObject* KernelAddressToPython(const SocketAddress& address, int protocol) {
  const absl::StatusOr<FamilyAddress> read =
      FamilyAddressOf(address, protocol, &InterruptiblePlatform());
  if (read.ok()) return std::visit(ToPython(), *read);
  // An address of an unknown family is shown as its bytes.
  const absl::string_view bytes = address.bytes();
  return Py_BuildValue("iy#", address.family().value(), bytes.data(),
                       static_cast<Py_ssize_t>(bytes.size()));
}

}  // namespace python
}  // namespace mortise

// The meaning of the numbers of WSAGetLastError and GetAddrInfoW.

#ifndef MORTISE_PLATFORM_WINSOCK_ERRORS_H_
#define MORTISE_PLATFORM_WINSOCK_ERRORS_H_

#include <string>

#include "mortise/platform/backend.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/error_table.h"

namespace mortise {
namespace winsock {

extern const ErrorTable kErrors;

class Errors final : public ErrorCalls {
 public:
  std::string Text(ErrorDomain domain, int native) const override;
};

}  // namespace winsock
}  // namespace mortise

#endif  // MORTISE_PLATFORM_WINSOCK_ERRORS_H_

#include "mortise/tests/environment.h"

#include <cstdlib>
#include <optional>
#include <string>

namespace mortise::testing {
namespace {

void Put(const std::string& name, const std::optional<std::string>& value) {
  if (value.has_value()) {
    SetVariable(name, *value);
    return;
  }
#ifdef _WIN32
  _putenv_s(name.c_str(), "");
#else
  unsetenv(name.c_str());
#endif
}

}  // namespace

void SetVariable(const std::string& name, const std::string& value) {
#ifdef _WIN32
  _putenv_s(name.c_str(), value.c_str());
#else
  setenv(name.c_str(), value.c_str(), 1);
#endif
}

ScopedVariable::ScopedVariable(const std::string& name,
                               const std::optional<std::string>& value)
    : name_(name) {
  if (const char* const before = std::getenv(name.c_str())) before_ = before;
  Put(name_, value);
}

ScopedVariable::~ScopedVariable() { Put(name_, before_); }

}  // namespace mortise::testing

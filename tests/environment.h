// Variables of the environment, for tests.

#ifndef MORTISE_TESTS_ENVIRONMENT_H_
#define MORTISE_TESTS_ENVIRONMENT_H_

#include <optional>
#include <string>

namespace mortise::testing {

// Sets a variable of this process, which programs that it starts get, too. Not
// thread-safe. On Windows an empty value removes it.
void SetVariable(const std::string& name, const std::string& value);

// While it lives, the variable has the value, or is missing if that is nullopt.
class ScopedVariable {
 public:
  ScopedVariable(const std::string& name,
                 const std::optional<std::string>& value);
  ~ScopedVariable();
  ScopedVariable(const ScopedVariable&) = delete;
  ScopedVariable& operator=(const ScopedVariable&) = delete;

 private:
  const std::string name_;
  std::optional<std::string> before_;
};

}  // namespace mortise::testing

#endif  // MORTISE_TESTS_ENVIRONMENT_H_

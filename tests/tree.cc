#include "mortise/tests/tree.h"

#include <cstdlib>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace mortise::testing {
namespace {

std::string Variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace

std::string TreePath(absl::string_view path_in_tree) {
  return absl::StrCat(Variable("TEST_SRCDIR"), "/", Variable("TEST_WORKSPACE"),
                      "/", MORTISE_FOLDER, path_in_tree);
}

}  // namespace mortise::testing

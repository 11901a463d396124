// Reads a pcapng file, without any code of what has written it.

#ifndef MORTISE_TESTS_PLATFORM_SIM_NET_PCAPNG_PARSER_H_
#define MORTISE_TESTS_PLATFORM_SIM_NET_PCAPNG_PARSER_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace mortise {
namespace sim {

struct Captured {
  std::string interface;
  std::uint64_t time = 0;
  std::string bytes;
  std::string direction;
  std::string comment;
};

struct Parsed {
  std::vector<std::string> interfaces;
  std::map<std::string, std::string>
      names;  // by address, in hexadecimal digits
  std::vector<Captured> packets;
};

// Returns what is in the file. What is wrong with its structure fails the test.
Parsed Parse(absl::string_view bytes);

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_TESTS_PLATFORM_SIM_NET_PCAPNG_PARSER_H_

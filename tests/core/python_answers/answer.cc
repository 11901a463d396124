// Answers calls of Python's socket module with the library, one line per call:
//
//   getservbyname s68747470 s746370      ok 80
//   inet_aton s61                        error
//
// Arguments are `-` for None, `i` and a number, `s` and bytes in hexadecimal.
// compare.py sends the calls, and compares the answers with Python's.

#include <cstdint>
#include <iostream>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "mortise/core/address.h"
#include "mortise/core/byte_order.h"
#include "mortise/core/error.h"
#include "mortise/core/getaddrinfo.h"
#include "mortise/core/gethostbyname.h"
#include "mortise/core/getnameinfo.h"
#include "mortise/core/inet.h"
#include "mortise/core/interfaces.h"
#include "mortise/core/services.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/error_code.h"

namespace mortise {
namespace {

struct Argument {
  std::optional<std::string> bytes;
  std::int64_t number = 0;
  bool is_number = false;

  const std::string& text() const { return *bytes; }
  int integer() const { return static_cast<int>(number); }
};
using Arguments = std::vector<Argument>;

Argument Parse(absl::string_view word) {
  Argument argument;
  if (word[0] == 's') {
    argument.bytes = absl::HexStringToBytes(word.substr(1));
  } else if (word[0] == 'i') {
    argument.is_number = absl::SimpleAtoi(word.substr(1), &argument.number);
  }
  return argument;
}

std::string Hex(absl::string_view bytes) {
  return absl::BytesToHexString(bytes);
}

// Returns the error as the name of Python's exception and its number.
std::string Failure(const absl::Status& status) {
  const std::optional<Error> error = ErrorOf(status);
  if (!error.has_value()) return "no error of the library";
  switch (error->domain) {
    case ErrorDomain::kGetAddrInfo:
      return absl::StrCat("gaierror ", error->native_code);
    case ErrorDomain::kHostLookup:
      return absl::StrCat("herror ", error->native_code);
    case ErrorDomain::kUsage:
      return "refused";
    default:
      return "OSError";
  }
}

template <typename T, typename Show>
std::string Answer(const absl::StatusOr<T>& result, Show show) {
  if (!result.ok()) return Failure(result.status());
  return absl::StrCat("ok ", show(*result));
}

std::string Number(std::int64_t number) { return absl::StrCat(number); }

std::string GetAddrInfoAnswer(const Arguments& a) {
  GetAddrInfoOptions options;
  options.family = a[2].integer();
  options.type = a[3].integer();
  options.protocol = a[4].integer();
  options.flags = a[5].integer();
  const std::optional<absl::string_view> host = a[0].bytes;
  absl::StatusOr<std::vector<AddrInfo>> found;
  if (a[1].is_number) {
    found = GetAddrInfo(host, a[1].integer(), options);
  } else {
    found = GetAddrInfo(host, std::optional<absl::string_view>(a[1].bytes),
                        options);
  }
  return Answer(found, [](const std::vector<AddrInfo>& infos) {
    std::string text;
    for (const AddrInfo& info : infos) {
      absl::StrAppend(&text, info.family.value(), ",", info.type.value(), ",",
                      info.protocol.value(), ",", Hex(info.canonical_name), ",",
                      info.address.host(), ",", info.address.port(), ",",
                      info.address.flowinfo(), ",", info.address.scope_id(),
                      ";");
    }
    return text;
  });
}

std::string GetNameInfoAnswer(const Arguments& a) {
  HostPort address{a[0].text(), a[1].integer()};
  address.flowinfo = static_cast<std::uint32_t>(a[2].number);
  address.scope_id = static_cast<std::uint32_t>(a[3].number);
  return Answer(GetNameInfo(address, a[4].integer()), [](const NameInfo& info) {
    return absl::StrCat(Hex(info.host), " ", Hex(info.service));
  });
}

using Function = std::string (*)(const Arguments& arguments);

const std::map<std::string, Function>& Functions() {
  static const auto* const functions = new std::map<std::string, Function>{
      {"inet_aton",
       [](const Arguments& a) { return Answer(InetAton(a[0].text()), Hex); }},
      {"inet_ntoa",
       [](const Arguments& a) { return Answer(InetNtoa(a[0].text()), Hex); }},
      {"inet_pton",
       [](const Arguments& a) {
         return Answer(InetPton(a[0].integer(), a[1].text()), Hex);
       }},
      {"inet_ntop",
       [](const Arguments& a) {
         return Answer(InetNtop(a[0].integer(), a[1].text()), Hex);
       }},
      {"getaddrinfo", &GetAddrInfoAnswer},
      {"getnameinfo", &GetNameInfoAnswer},
      {"gethostbyname",
       [](const Arguments& a) {
         return Answer(GetHostByName(a[0].text()), Hex);
       }},
      {"getservbyname",
       [](const Arguments& a) {
         return Answer(GetServByName(a[0].text(), a[1].bytes.value_or("")),
                       Number);
       }},
      {"getservbyport",
       [](const Arguments& a) {
         return Answer(GetServByPort(a[0].integer(), a[1].bytes.value_or("")),
                       Hex);
       }},
      {"getprotobyname",
       [](const Arguments& a) {
         return Answer(GetProtoByName(a[0].text()),
                       [](Protocol p) { return Number(p.value()); });
       }},
      {"if_nametoindex",
       [](const Arguments& a) {
         return Answer(IfNameToIndex(a[0].text()), Number);
       }},
      {"if_indextoname",
       [](const Arguments& a) {
         return Answer(IfIndexToName(a[0].number), Hex);
       }},
      {"if_nameindex",
       [](const Arguments&) {
         return Answer(
             IfNameIndex(), [](const std::vector<InterfaceEntry>& all) {
               std::string text;
               for (const InterfaceEntry& entry : all) {
                 absl::StrAppend(&text, entry.index, ",", Hex(entry.name), ";");
               }
               return text;
             });
       }},
      {"htons",
       [](const Arguments& a) {
         return absl::StrCat("ok ",
                             Htons(static_cast<std::uint16_t>(a[0].number)));
       }},
      {"ntohs",
       [](const Arguments& a) {
         return absl::StrCat("ok ",
                             Ntohs(static_cast<std::uint16_t>(a[0].number)));
       }},
      {"htonl",
       [](const Arguments& a) {
         return absl::StrCat("ok ",
                             Htonl(static_cast<std::uint32_t>(a[0].number)));
       }},
      {"ntohl",
       [](const Arguments& a) {
         return absl::StrCat("ok ",
                             Ntohl(static_cast<std::uint32_t>(a[0].number)));
       }},
  };
  return *functions;
}

int Main() {
  std::string line;
  while (std::getline(std::cin, line)) {
    const std::vector<std::string> words = absl::StrSplit(line, ' ');
    Arguments arguments;
    for (std::size_t i = 1; i < words.size(); ++i) {
      arguments.push_back(Parse(words[i]));
    }
    const auto function = Functions().find(words[0]);
    if (function == Functions().end()) return 1;
    std::cout << function->second(arguments) << "\n";
  }
  return 0;
}

}  // namespace
}  // namespace mortise

int main() { return mortise::Main(); }

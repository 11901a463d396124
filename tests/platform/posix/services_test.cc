#include "mortise/platform/posix/services.h"

#include <arpa/inet.h>
#include <netdb.h>

#include <cstdint>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "gtest/gtest.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace posix {
namespace {

struct Known {
  std::string name;
  std::string protocol;
  std::uint16_t port;
};

// Returns all services in the system's table.
std::vector<Known> KnownServices() {
  std::vector<Known> all;
  setservent(1);
  while (const servent* const entry = getservent()) {
    all.push_back({entry->s_name, entry->s_proto,
                   ntohs(static_cast<std::uint16_t>(entry->s_port))});
  }
  endservent();
  return all;
}

TEST(ServicesTest, EachServiceOfTheTableIsFound) {
  Services services;
  for (const Known& known : KnownServices()) {
    // The result is the same as that of the call that is not thread-safe.
    const servent* entry =
        getservbyname(known.name.c_str(), known.protocol.c_str());
    const SysResult<std::optional<std::uint16_t>> port =
        services.PortOfService(known.name, known.protocol);
    EXPECT_TRUE(port.ok());
    ASSERT_EQ(port.value.has_value(), entry != nullptr) << known.name;
    if (entry != nullptr) {
      EXPECT_EQ(*port.value, ntohs(static_cast<std::uint16_t>(entry->s_port)));
    }

    entry = getservbyport(htons(known.port), known.protocol.c_str());
    const std::string name = entry != nullptr ? entry->s_name : "";
    const SysResult<std::optional<std::string>> found =
        services.ServiceOfPort(known.port, known.protocol);
    EXPECT_TRUE(found.ok());
    EXPECT_EQ(found.value.value_or(""), name) << known.port;
  }
}

TEST(ServicesTest, WhatIsNotThereIsNothingAndNoError) {
  Services services;
  for (const char* const name : {"no service", "", "http\n"}) {
    for (const char* const protocol : {"", "tcp"}) {
      const auto port = services.PortOfService(name, protocol);
      EXPECT_EQ(port.error, 0) << name;
      EXPECT_FALSE(port.value.has_value()) << name;
    }
  }
  EXPECT_FALSE(services.PortOfService("http", "no protocol").value.has_value());
  EXPECT_EQ(services.PortOfService("http", "no protocol").error, 0);
  EXPECT_FALSE(services.ServiceOfPort(0, "tcp").value.has_value());
  EXPECT_EQ(services.ServiceOfPort(0, "tcp").error, 0);
  EXPECT_FALSE(services.ProtocolOfName("no protocol").value.has_value());
  EXPECT_EQ(services.ProtocolOfName("no protocol").error, 0);
}

TEST(ServicesTest, ManyThreadsAskAtOnce) {
  Services services;
  const std::optional<int> tcp = services.ProtocolOfName("tcp").value;
  const std::optional<int> udp = services.ProtocolOfName("udp").value;
  const auto http = services.PortOfService("http", "tcp").value;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int j = 0; j < 50; ++j) {
        EXPECT_EQ(services.ProtocolOfName("tcp").value, tcp);
        EXPECT_EQ(services.ProtocolOfName("udp").value, udp);
        EXPECT_EQ(services.PortOfService("http", "tcp").value, http);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace posix
}  // namespace mortise

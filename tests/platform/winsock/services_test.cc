#include "mortise/platform/winsock/services.h"

#include <cstdint>
#include <optional>
#include <string>

#include "gtest/gtest.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace winsock {
namespace {

TEST(ServicesTest, PortsAreInHostByteOrder) {
  Services services;
  const SysResult<std::optional<std::uint16_t>> port =
      services.PortOfService("http", "tcp");
  EXPECT_EQ(port.error, 0);
  if (!port.value.has_value()) GTEST_SKIP() << "no table of services";
  EXPECT_EQ(*port.value, 80);
  EXPECT_EQ(services.ServiceOfPort(80, "tcp").value, "http");
  EXPECT_EQ(services.PortOfService("http", "").value, port.value);
}

TEST(ServicesTest, WhatIsNotThereIsNothingAndNoError) {
  Services services;
  EXPECT_EQ(services.PortOfService("no service", "").error, 0);
  EXPECT_FALSE(services.PortOfService("no service", "").value.has_value());
  EXPECT_EQ(services.PortOfService("http", "no protocol").error, 0);
  EXPECT_FALSE(services.PortOfService("http", "no protocol").value.has_value());
  EXPECT_EQ(services.ServiceOfPort(64999, "tcp").error, 0);
  EXPECT_FALSE(services.ServiceOfPort(64999, "tcp").value.has_value());
  EXPECT_EQ(services.ProtocolOfName("no protocol").error, 0);
  EXPECT_FALSE(services.ProtocolOfName("no protocol").value.has_value());
}

}  // namespace
}  // namespace winsock
}  // namespace mortise

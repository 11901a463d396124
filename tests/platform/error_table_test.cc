#include "mortise/platform/error_table.h"

#include "gtest/gtest.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace {

constexpr ErrorMapping kOs[] = {
    {1, ErrorCode::kEagain},
    {2, ErrorCode::kEintr},
    {3, ErrorCode::kEagain},
};
constexpr ErrorMapping kGetAddrInfo[] = {{2, ErrorCode::kEaiNoname}};
constexpr ErrorMapping kHostLookup[] = {{2, ErrorCode::kHostNotFound}};
constexpr ErrorTable kTable = {kOs, kGetAddrInfo, kHostLookup};

TEST(ErrorTableTest, ANumberMeansWhatItsDomainSays) {
  EXPECT_EQ(kTable.Code(ErrorDomain::kOs, 2), ErrorCode::kEintr);
  EXPECT_EQ(kTable.Code(ErrorDomain::kGetAddrInfo, 2), ErrorCode::kEaiNoname);
  EXPECT_EQ(kTable.Code(ErrorDomain::kHostLookup, 2), ErrorCode::kHostNotFound);
}

TEST(ErrorTableTest, WhatIsNotThereIsUnmapped) {
  EXPECT_EQ(kTable.Code(ErrorDomain::kOs, 0), ErrorCode::kUnmapped);
  EXPECT_EQ(kTable.Code(ErrorDomain::kGetAddrInfo, 1), ErrorCode::kUnmapped);
  EXPECT_EQ(kTable.Code(ErrorDomain::kTimeout, 2), ErrorCode::kUnmapped);
  EXPECT_EQ(kTable.Native(ErrorCode::kEpipe), kNotSupportedError);
}

TEST(ErrorTableTest, OfSeveralNumbersWithOneMeaningTheFirstIsItsNumber) {
  EXPECT_EQ(kTable.Code(ErrorDomain::kOs, 1), ErrorCode::kEagain);
  EXPECT_EQ(kTable.Code(ErrorDomain::kOs, 3), ErrorCode::kEagain);
  EXPECT_EQ(kTable.Native(ErrorCode::kEagain), 1);
}

}  // namespace
}  // namespace mortise

#include "mortise/platform/mock/mock_platform.h"

#include "gmock/gmock.h"
#include "mortise/platform/backend.h"

template class ::testing::StrictMock<mortise::MockSocketCalls>;
template class ::testing::StrictMock<mortise::MockMessageCalls>;
template class ::testing::StrictMock<mortise::MockReadinessCalls>;
template class ::testing::StrictMock<mortise::MockNameCalls>;
template class ::testing::StrictMock<mortise::MockServiceCalls>;
template class ::testing::StrictMock<mortise::MockInterfaceCalls>;
template class ::testing::StrictMock<mortise::MockFileCalls>;
template class ::testing::StrictMock<mortise::MockAddressCalls>;

namespace mortise {

using ::testing::_;
using ::testing::AnyNumber;
using ::testing::Return;

MockSocketCalls::MockSocketCalls() = default;
MockSocketCalls::~MockSocketCalls() = default;
MockMessageCalls::MockMessageCalls() = default;
MockMessageCalls::~MockMessageCalls() = default;
MockReadinessCalls::MockReadinessCalls() = default;
MockReadinessCalls::~MockReadinessCalls() = default;
MockNameCalls::MockNameCalls() = default;
MockNameCalls::~MockNameCalls() = default;
MockServiceCalls::MockServiceCalls() = default;
MockServiceCalls::~MockServiceCalls() = default;
MockInterfaceCalls::MockInterfaceCalls() = default;
MockInterfaceCalls::~MockInterfaceCalls() = default;
MockFileCalls::MockFileCalls() = default;
MockFileCalls::~MockFileCalls() = default;
MockAddressCalls::MockAddressCalls() = default;
MockAddressCalls::~MockAddressCalls() = default;

MockPlatform::MockPlatform() {
  EXPECT_CALL(sockets, SplitType(_))
      .Times(AnyNumber())
      .WillRepeatedly([](int type) {
        return PlainSocketType{type, false};
      });
  EXPECT_CALL(sockets, MaxUnixPath())
      .Times(AnyNumber())
      .WillRepeatedly(Return(107));
  EXPECT_CALL(sockets, PairFamily())
      .Times(AnyNumber())
      .WillRepeatedly(Return(kPairFamily));
}

MockPlatform::~MockPlatform() = default;

}  // namespace mortise

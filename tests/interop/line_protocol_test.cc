// Line protocols over MakeFile and SocketStream, with the servers of Python's
// standard library.

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/send_file.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_file.h"
#include "mortise/core/socket_stream.h"
#include "mortise/core/socket_types.h"
#include "mortise/tests/tools/mortise/subprocess.h"

namespace mortise {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;
using testing::Subprocess;

// Writes "absent" and ends if there is no Python to run the server with.
constexpr char kRunPython[] =
    "command -v python3 >/dev/null || { echo absent; exit; }; "
    "exec python3 -B -u -W ignore -c \"$0\"";

constexpr char kHttpServer[] = R"py(
import http.server
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        body = ("you asked for " + self.path).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def do_PUT(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        print("put", len(body), sum(body))
        self.send_response(204)
        self.end_headers()
    def log_message(self, *args):
        pass
server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
print("port", server.server_address[1])
server.serve_forever()
)py";

// Python 3.12 no longer has this module.
constexpr char kSmtpServer[] = R"py(
try:
    import asyncore, smtpd
except ImportError:
    print("absent")
    raise SystemExit
class Server(smtpd.SMTPServer):
    def process_message(self, peer, sender, recipients, data, **kwargs):
        print("mail", sender, recipients, data)
server = Server(("127.0.0.1", 0), None)
print("port", server.socket.getsockname()[1])
asyncore.loop()
)py";

// Runs a server, and connects to it.
class LineProtocolTest : public ::testing::Test {
 protected:
  // Returns false if this machine does not have the server.
  bool Start(const char* server) {
    server_ = std::make_unique<Subprocess>(
        std::vector<std::string>{"/bin/sh", "-c", kRunPython, server});
    EXPECT_TRUE(server_->WaitForOut("\n")) << server_->err();
    const std::string out = server_->out();
    if (absl::StartsWith(out, "absent")) return false;
    int port = 0;
    EXPECT_TRUE(absl::SimpleAtoi(
        absl::StripPrefix(out.substr(0, out.find('\n')), "port "), &port))
        << out;
    socket_ = Socket::Create(kAfInet, kSockStream).value();
    EXPECT_TRUE(socket_.SetTimeout(absl::Seconds(60)).ok());
    const absl::Status connected = socket_.Connect({"127.0.0.1", port});
    EXPECT_TRUE(connected.ok()) << connected;
    return true;
  }

  SocketFile File() {
    MakeFileOptions options;
    options.newline = "\r\n";
    return MakeFile(socket_, "rw", options).value();
  }

  std::unique_ptr<Subprocess> server_;
  Socket socket_;
};

// Reads up to the empty line. Returns the length that the headers promise.
int ReadHeaders(SocketFile& file, const std::string& status) {
  EXPECT_EQ(file.ReadLine(1000).value(), status);
  int length = 0;
  for (const std::string& line : file) {
    if (line == "\r\n") return length;
    absl::string_view value = line;
    if (absl::ConsumePrefix(&value, "Content-Length: ")) {
      EXPECT_TRUE(absl::SimpleAtoi(value, &length));
    }
  }
  ADD_FAILURE() << file.status();
  return 0;
}

TEST_F(LineProtocolTest, Http) {
  if (!Start(kHttpServer)) GTEST_SKIP() << "there is no python3";
  SocketFile file = File();
  ASSERT_TRUE(socket_.Close().ok());
  for (const char* path : {"/first", "/second"}) {
    ASSERT_TRUE(
        file.Write(absl::StrCat("GET ", path, " HTTP/1.1\nHost: test\n\n"))
            .ok());
    ASSERT_TRUE(file.Flush().ok());
    const int length = ReadHeaders(file, "HTTP/1.1 200 OK\r\n");
    EXPECT_EQ(file.Read(length).value(), absl::StrCat("you asked for ", path));
  }
}

TEST_F(LineProtocolTest, HttpWithAFileForItsBody) {
  if (!Start(kHttpServer)) GTEST_SKIP() << "there is no python3";
  std::FILE* const body = std::tmpfile();
  ASSERT_NE(body, nullptr);
  constexpr int kSize = 1000000;
  int sum = 0;
  for (int i = 0; i < kSize; ++i) {
    std::fputc(i % 251, body);
    sum += i % 251;
  }
  std::fflush(body);
  SocketFile file = File();
  ASSERT_TRUE(file.Write(absl::StrCat("PUT / HTTP/1.1\nHost: test\n"
                                      "Content-Length: ",
                                      kSize, "\n\n"))
                  .ok());
  ASSERT_TRUE(file.Flush().ok());
  EXPECT_EQ(SendFile(socket_, body).value(), kSize);
  ReadHeaders(file, "HTTP/1.1 204 No Content\r\n");
  EXPECT_TRUE(server_->WaitForOut(absl::StrCat("put ", kSize, " ", sum, "\n")))
      << server_->out();
  std::fclose(body);
}

TEST_F(LineProtocolTest, HttpOverAStream) {
  if (!Start(kHttpServer)) GTEST_SKIP() << "there is no python3";
  SocketStream stream(socket_);
  stream << "GET /stream HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n";
  std::string line;
  ASSERT_TRUE(std::getline(stream, line)) << stream.status();
  EXPECT_EQ(line, "HTTP/1.1 200 OK\r");
  std::string last;
  while (std::getline(stream, line)) last = line;
  EXPECT_EQ(last, "you asked for /stream");
  EXPECT_TRUE(stream.eof());
  EXPECT_TRUE(stream.status().ok()) << stream.status();
}

TEST_F(LineProtocolTest, Smtp) {
  if (!Start(kSmtpServer)) GTEST_SKIP() << "there is no smtpd in a python3";
  SocketFile file = File();
  const auto say = [&file](absl::string_view line) {
    absl::Status status = file.Write(absl::StrCat(line, "\n"));
    if (status.ok()) status = file.Flush();
    EXPECT_TRUE(status.ok()) << status;
    return file.ReadLine(1000).value_or("");
  };
  EXPECT_THAT(file.ReadLine().value(), StartsWith("220 "));
  EXPECT_THAT(say("HELO test"), StartsWith("250 "));
  EXPECT_THAT(say("MAIL FROM:<a@example.org>"), StartsWith("250 "));
  EXPECT_THAT(say("RCPT TO:<b@example.org>"), StartsWith("250 "));
  EXPECT_THAT(say("DATA"), StartsWith("354 "));
  EXPECT_THAT(say("Subject: lines\n\nGr\xC3\xBC\xC3\x9F"
                  "e\n..dot\n."),
              StartsWith("250 "));
  EXPECT_THAT(say("NONSENSE"), StartsWith("500 "));
  EXPECT_THAT(say("QUIT"), StartsWith("221 "));
  EXPECT_EQ(file.ReadLine().value(), "");
  ASSERT_TRUE(server_->WaitForOut("mail "));
  ASSERT_TRUE(server_->WaitForOut("dot")) << server_->out();
  EXPECT_THAT(server_->out(), HasSubstr("a@example.org ['b@example.org']"));
  EXPECT_THAT(server_->out(), HasSubstr("Subject: lines\\n\\nGr"));
}

}  // namespace
}  // namespace mortise

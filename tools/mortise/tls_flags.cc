#include "mortise/tools/mortise/tls_flags.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "mortise/core/socket.h"
#include "mortise/core/stream.h"
#include "mortise/core/tls/tls_context.h"
#include "mortise/core/tls/tls_socket.h"
#include "mortise/tools/mortise/args.h"
#include "mortise/tools/mortise/key_log_variable.h"

namespace mortise::program {
namespace {

void AddText(absl::string_view name, absl::string_view value_name,
             absl::string_view help, std::string* text, Args* args) {
  args->Value(name, value_name, help, [text](absl::string_view value) {
    if (value.empty()) return absl::InvalidArgumentError("is empty");
    *text = std::string(value);
    return absl::OkStatus();
  });
}

void AddIdentity(absl::string_view certificate_help, TlsFlags* flags,
                 Args* args) {
  AddText("--cert", "FILE", certificate_help, &flags->certificate, args);
  AddText("--key", "FILE", "its private key (PEM)", &flags->key, args);
}

void AddAlpn(TlsFlags* flags, Args* args) {
  args->Value(
      "--alpn", "NAMES",
      "application protocols to agree on, the\n"
      "preferred first: h2,http/1.1",
      [flags](absl::string_view names) {
        flags->alpn = absl::StrSplit(names, ',');
        for (const std::string& name : flags->alpn) {
          if (name.empty() || name.size() > 255) {
            return absl::InvalidArgumentError("each name has 1 to 255 bytes");
          }
        }
        return absl::OkStatus();
      });
}

bool SaysAnything(const TlsFlags& flags) {
  return flags.insecure || !flags.ca.empty() || !flags.server_name.empty() ||
         !flags.certificate.empty() || !flags.key.empty() ||
         !flags.alpn.empty();
}

absl::Status CheckBoth(const TlsFlags& flags, bool udp) {
  if (!flags.tls) {
    return SaysAnything(flags)
               ? absl::InvalidArgumentError(
                     "--ca, --servername, --alpn, --cert, --key and "
                     "--insecure need --tls")
               : absl::OkStatus();
  }
  if (udp) return absl::InvalidArgumentError("--tls cannot be used with --udp");
  if (flags.insecure && !flags.ca.empty()) {
    return absl::InvalidArgumentError(
        "--insecure accepts any certificate, so --ca cannot be used with it");
  }
  if (flags.certificate.empty() != flags.key.empty()) {
    return absl::InvalidArgumentError("--cert and --key must be used together");
  }
  return absl::OkStatus();
}

absl::StatusOr<TlsContext> ServerContext(const TlsFlags& flags) {
  TlsOptions options;
  options.certificate.file = flags.certificate;
  options.private_key.file = flags.key;
  options.alpn = flags.alpn;
  options.key_log_file = KeyLogVariable();
  if (!flags.ca.empty()) {
    options.trusted.file = flags.ca;
    options.client_certificate = TlsClientCertificate::kRequired;
  }
  return TlsContext::Server(options);
}

absl::StatusOr<std::unique_ptr<Stream>> Start(const TlsContext& context,
                                              absl::string_view host,
                                              Socket socket) {
  absl::StatusOr<TlsSocket> tls =
      TlsSocket::Create(context, std::move(socket), host);
  if (!tls.ok()) return tls.status();
  const absl::Status status = tls->Handshake();
  if (!status.ok()) return status;
  return std::make_unique<TlsSocket>(*std::move(tls));
}

}  // namespace

void AddTlsClientFlags(TlsFlags* flags, Args* args) {
  args->Flag("--tls",
             "use TLS, and verify the server's certificate;\n"
             "SSLKEYLOGFILE names a file for its secrets",
             &flags->tls);
  AddText("--ca", "FILE",
          "trust these certificates (PEM), not those of the\n"
          "system",
          &flags->ca, args);
  AddText("--servername", "NAME",
          "the host that the server's certificate must be\n"
          "for, if it is not HOST",
          &flags->server_name, args);
  AddAlpn(flags, args);
  AddIdentity(
      "the certificate of this side and the ones that\nvouch for it (PEM)",
      flags, args);
  args->Flag("--insecure",
             "accept any certificate: anybody can pretend to be\n"
             "the server, and read and change everything",
             &flags->insecure);
}

void AddTlsServerFlags(TlsFlags* flags, Args* args) {
  args->Flag("--tls",
             "use TLS; needs --cert and --key; SSLKEYLOGFILE\n"
             "names a file for its secrets",
             &flags->tls);
  AddIdentity(
      "the certificate of this side and the ones that\nvouch for it (PEM)",
      flags, args);
  AddText("--ca", "FILE",
          "accept only clients whose certificate is vouched\n"
          "for by these certificates (PEM)",
          &flags->ca, args);
  AddAlpn(flags, args);
}

absl::Status CheckTlsClientFlags(const TlsFlags& flags, bool udp,
                                 absl::string_view host) {
  absl::Status both = CheckBoth(flags, udp);
  if (!both.ok() || !flags.tls) return both;
  if (host.empty() && flags.server_name.empty() && !flags.insecure) {
    return absl::InvalidArgumentError(
        "--tls needs HOST or --servername: the host that the server's "
        "certificate must be for");
  }
  return absl::OkStatus();
}

absl::Status CheckTlsServerFlags(const TlsFlags& flags, bool udp) {
  absl::Status both = CheckBoth(flags, udp);
  if (!both.ok() || !flags.tls) return both;
  if (flags.certificate.empty()) {
    return absl::InvalidArgumentError("--tls needs --cert and --key");
  }
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<Stream>> StartTlsClient(const TlsFlags& flags,
                                                       absl::string_view host,
                                                       Socket socket) {
  if (!flags.tls) return MakeStream(std::move(socket));
  TlsOptions options;
  options.trusted.file = flags.ca;
  options.certificate.file = flags.certificate;
  options.private_key.file = flags.key;
  options.alpn = flags.alpn;
  options.key_log_file = KeyLogVariable();
  if (flags.insecure) options.verify = TlsVerify::kNoneInsecure;
  const absl::StatusOr<TlsContext> context = TlsContext::Client(options);
  if (!context.ok()) return context.status();
  return Start(*context, flags.server_name.empty() ? host : flags.server_name,
               std::move(socket));
}

absl::StatusOr<StreamMaker> TlsServerStreams(const TlsFlags& flags) {
  if (!flags.tls) {
    return [](Socket socket) { return MakeStream(std::move(socket)); };
  }
  absl::StatusOr<TlsContext> context = ServerContext(flags);
  if (!context.ok()) return context.status();
  return [context = *std::move(context)](
             Socket socket) -> absl::StatusOr<std::unique_ptr<Stream>> {
    absl::StatusOr<TlsSocket> tls =
        TlsSocket::Create(context, std::move(socket));
    if (!tls.ok()) return tls.status();
    return std::make_unique<TlsSocket>(*std::move(tls));
  };
}

}  // namespace mortise::program

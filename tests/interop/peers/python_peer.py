"""TLS by Python's ssl, for tls_peers.py. Arguments: role, port, folder,
version, bytes, order ("both" or "after")."""

import select
import socket
import ssl
import sys

role, port, folder, version, size, order = sys.argv[1:7]
size = int(size)
with open(folder + '/pattern', 'rb') as file:
  pattern = file.read(size)

server = role == 'server'
context = ssl.SSLContext(
    ssl.PROTOCOL_TLS_SERVER if server else ssl.PROTOCOL_TLS_CLIENT)
context.minimum_version = context.maximum_version = (
    ssl.TLSVersion.TLSv1_2 if version == '1.2' else ssl.TLSVersion.TLSv1_3)
context.load_verify_locations(folder + '/ca.pem')
context.load_cert_chain(folder + '/own.pem', folder + '/own_key.pem')
context.set_alpn_protocols(['mortise'])
try:
  if server:
    context.verify_mode = ssl.CERT_REQUIRED
    listener = socket.create_server(('127.0.0.1', 0))
    print('port', listener.getsockname()[1], flush=True)
    peer = context.wrap_socket(
        listener.accept()[0], server_side=True, suppress_ragged_eofs=False)
  else:
    peer = context.wrap_socket(
        socket.create_connection(('127.0.0.1', int(port))),
        server_hostname='localhost', suppress_ragged_eofs=False)
  # One thread, because the ssl of older versions allows no more.
  peer.setblocking(False)
  received = bytearray()
  sent = 0
  ended = False
  while not ended or sent < size:
    moved = False
    may_send = sent < size and (ended or order == 'both')
    if may_send:
      try:
        sent += peer.send(pattern[sent:sent + 65536])
        moved = True
      except (ssl.SSLWantWriteError, ssl.SSLWantReadError):
        pass
    if not ended:
      try:
        data = peer.recv(1 << 16)
        received += data
        ended = not data
        moved = True
      except ssl.SSLWantReadError:
        pass
    if not moved:
      select.select([] if ended else [peer], [peer] if may_send else [], [])
  peer.setblocking(True)
  has_certificate = peer.getpeercert() is not None
  alpn = peer.selected_alpn_protocol()
  # Python ends both halves at once.
  peer.unwrap()
except OSError as error:
  print('failed', error)
  sys.exit(1)
if bytes(received) != pattern[:len(received)]:
  print('failed: wrong bytes')
  sys.exit(1)
print('received', len(received), 'alpn', alpn, 'client_certificate',
      has_certificate)

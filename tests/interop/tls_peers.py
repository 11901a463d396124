#!/usr/bin/env python3
"""Runs TLS of Mortise with TLS of others, and prints what came of it.

  tools/bazel build -c opt //tests/interop:tls_end
  tests/interop/tls_peers.py [--bytes N] [--only PEER] [PATH/tls_end]

The peers are the programs of OpenSSL and GnuTLS, curl, nginx, Python, Go
(crypto/tls) and rustls. A peer that this machine does not have is left out. For
rustls a program must have been built with cargo in tests/interop/peers/rustls.
Everything runs on the loopback address, on ports that the system chooses.

Exits with 1 if a line says NO.
"""

import argparse
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading

HERE = os.path.dirname(os.path.abspath(__file__))
LIMIT = 300  # seconds, which no run that works takes


class Program:
  """A program that runs, with its standard output collected."""

  def __init__(self, *command, feed=None, close_input=False, **options):
    self.process = subprocess.Popen(
        [str(part) for part in command], stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **options)
    self.output = bytearray()
    self.grown = threading.Condition()
    self.ended = False
    threading.Thread(target=self._collect, daemon=True).start()
    if feed is not None:
      threading.Thread(
          target=self._feed, args=(feed, close_input), daemon=True).start()

  def _collect(self):
    while data := os.read(self.process.stdout.fileno(), 1 << 20):
      with self.grown:
        self.output += data
        self.grown.notify_all()
    with self.grown:
      self.ended = True
      self.grown.notify_all()

  def _feed(self, data, close_input):
    try:
      self.process.stdin.write(data)
      self.process.stdin.flush()
      if close_input:
        self.process.stdin.close()
    except OSError:
      pass  # it has ended, and its output says why

  def write(self, text):
    self.process.stdin.write(text)
    self.process.stdin.flush()

  def wait_for(self, pattern):
    """Waits for `pattern` in the output, and returns the match."""
    with self.grown:
      self.grown.wait_for(
          lambda: self.ended or re.search(pattern, self.output), LIMIT)
      found = re.search(pattern, self.output)
    if not found:
      raise RuntimeError(f'no {pattern} in {self.output[-500:]}')
    return found

  def wait_for_end(self):
    """Waits for the end of the program, and returns its output."""
    with self.grown:
      self.grown.wait_for(lambda: self.ended, LIMIT)
    try:
      self.process.wait(LIMIT if self.ended else 0)
    except subprocess.TimeoutExpired:
      self.stop()
      return self.output + b' (did not end)'
    return self.output

  def stop(self):
    self.process.kill()
    self.process.wait()

  def listening_port(self):
    """The port of the program's listener, of which the system tells."""
    while self.process.poll() is None:
      inodes = set()
      folder = f'/proc/{self.process.pid}/fd'
      for fd in os.listdir(folder):
        try:
          inodes.add(os.readlink(f'{folder}/{fd}'))
        except OSError:
          pass
      for name in ('tcp', 'tcp6'):
        with open(f'/proc/net/{name}') as table:
          for line in list(table)[1:]:
            field = line.split()
            if field[3] == '0A' and f'socket:[{field[9]}]' in inodes:
              return int(field[1].split(':')[1], 16)
    raise RuntimeError(f'ended: {self.output[-500:]}')


class Run:
  """All runs, in one folder."""

  def __init__(self, end, size, folder):
    self.end = end
    self.size = size
    self.folder = folder
    self.failed = 0
    block = 1 << 20  # a multiple of the pattern's period
    first = bytes((i * 31 + (i >> 12)) & 255 for i in range(block))
    self.pattern = (first * (size // block + 1))[:size]
    self.save('pattern', self.pattern)
    self.make_certificates()

  def save(self, name, data):
    with open(self.path(name), 'wb') as file:
      file.write(data)

  def path(self, name):
    return os.path.join(self.folder, name)

  def make_certificates(self):
    def openssl(*arguments):
      subprocess.run(['openssl', *arguments], cwd=self.folder, check=True,
                     stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    for name in ('ca', 'own'):
      openssl('genpkey', '-algorithm', 'EC', '-pkeyopt',
              'ec_paramgen_curve:P-256', '-out', f'{name}_key.pem')
    openssl('req', '-x509', '-new', '-key', 'ca_key.pem', '-subj',
            '/CN=Interop Root', '-days', '2', '-out', 'ca.pem')
    openssl('req', '-new', '-key', 'own_key.pem', '-subj', '/CN=localhost',
            '-out', 'own.csr')
    self.save('own.ext', b'subjectAltName=DNS:localhost,IP:127.0.0.1\n'
              b'extendedKeyUsage=serverAuth,clientAuth\n'
              b'basicConstraints=CA:FALSE\n')
    openssl('x509', '-req', '-in', 'own.csr', '-CA', 'ca.pem', '-CAkey',
            'ca_key.pem', '-CAcreateserial', '-days', '2', '-extfile',
            'own.ext', '-out', 'own.pem')

  def mortise(self, role, **settings):
    settings.setdefault('folder', self.folder)
    return Program(self.end, role,
                   *(f'{name}={value}' for name, value in settings.items()))

  def server(self, **settings):
    """A server of Mortise, and its port."""
    server = self.mortise('server', **settings)
    return server, int(server.wait_for(rb'port (\d+)\n').group(1))

  def tell(self, peer, role, version, what, well, more=''):
    if not well:
      self.failed += 1
    if well:
      more = ' '.join(str(more).split('\n')[-2:]).strip()
    print(f'| {peer} | {role} | {version} | {what} | '
          f'{"yes" if well else "NO"} | {more if well else repr(more)} |',
          flush=True)

  def check(self, peer, role, version, what, body):
    """`body` returns whether all was well, and what there is to say."""
    try:
      well, more = body()
    except Exception as error:  # pylint: disable=broad-except
      well, more = False, str(error)
    self.tell(peer, role, version, what, well, more)


def fields(output):
  """What tls_end says of its last connection."""
  line = output.decode(errors='replace').strip().splitlines()[-1]
  return dict(part.split('=', 1) for part in line.split(' ', 8) if '=' in part)


def is_well(run, output, received=None):
  said = fields(output)
  return (said.get('status', '').startswith('OK') and
          said.get('certificate') == '1' and
          int(said['received']) == (run.size if received is None else received))


def own_programs(run, name, command):
  """Peers that are written for this, and print what they have received."""
  for version in ('1.2', '1.3'):
    for what, theirs, ours in (
        ('both ways at once', 'both', 'both'),
        ('half-close by Mortise', 'after', 'before'),
        ('half-close by the peer', 'both', 'after')):
      if name == 'Python' and what == 'half-close by the peer':
        continue  # Python's ssl cannot end one half
      def exchange(role):
        if role == 'server':
          peer = Program(*command, 'server', 0, run.folder, version, run.size,
                         theirs)
          port = int(peer.wait_for(rb'port (\d+)\n').group(1))
          end = run.mortise('client', port=port, bytes=run.size, order=ours,
                            alpn='mortise', version=version)
        else:
          end, port = run.server(bytes=run.size, order=ours, alpn='mortise',
                                 version=version)
          peer = Program(*command, 'client', port, run.folder, version,
                         run.size, theirs)
        output, said = end.wait_for_end(), peer.wait_for_end()
        well = (is_well(run, output) and fields(output)['alpn'] == 'mortise' and
                fields(output)['version'] == version and
                re.search(rb'received %d alpn mortise client_certificate '
                          rb'[tT]rue' % run.size, said))
        return bool(well), (fields(output)['cipher'] if well else
                            output + said)
      for role in ('server', 'client'):
        run.check(name, role, version, what, lambda: exchange(role))

    def dropped():
      end, port = run.server(bytes=1000, expect=1000, half='no', end='drop',
                             version=version, alpn='mortise')
      peer = Program(*command, 'client', port, run.folder, version, 1000,
                     'both')
      said = peer.wait_for_end()
      end.wait_for_end()
      return b'failed' in said, said.decode().strip().splitlines()[-1]
    run.check(name, 'client', version, 'Mortise drops: an error there', dropped)


def openssl(run):
  for version, flag in (('1.2', '-tls1_2'), ('1.3', '-tls1_3')):
    common = ['-CAfile', run.path('ca.pem'), '-cert', run.path('own.pem'),
              '-key', run.path('own_key.pem'), '-verify_return_error',
              '-alpn', 'mortise', flag]
    settings = dict(bytes=run.size, expect=run.size, half='no', alpn='mortise')

    def s_server(*flags, feed=None):
      server = Program('openssl', 's_server', '-accept', '127.0.0.1:0',
                       '-Verify', 1, *common, *flags, feed=feed)
      return server, server.listening_port()

    def s_client(port, *flags, feed=None):
      return Program('openssl', 's_client', '-connect', f'127.0.0.1:{port}',
                     '-servername', 'localhost', *common, *flags, feed=feed)

    def is_server():
      peer, port = s_server('-quiet', '-naccept', 1, feed=run.pattern)
      end = run.mortise('client', port=port, **settings)
      output = end.wait_for_end()
      peer.wait_for_end()
      return (is_well(run, output) and peer.output.endswith(run.pattern),
              output.decode()[:300])
    run.check('OpenSSL', 'server', version, 'both ways at once', is_server)

    def is_client():
      end, port = run.server(**settings)
      peer = s_client(port, '-quiet', feed=run.pattern)
      output = end.wait_for_end()
      peer.wait_for_end()
      return (is_well(run, output) and peer.output.endswith(run.pattern),
              output.decode()[:300])
    run.check('OpenSSL', 'client', version, 'both ways at once', is_client)

    def client_killed():
      end, port = run.server(alpn='mortise', bytes=10, half='no')
      peer = s_client(port)
      peer.wait_for(rb'Verify return code')
      peer.stop()
      said = fields(end.wait_for_end())
      return not said['status'].startswith('OK'), said['status']
    run.check('OpenSSL', 'client', version, 'killed: an error in Mortise',
              client_killed)

    def client_resumes():
      end, port = run.server(alpn='mortise', bytes=1000, half='no', expect=0,
                             connections=2)
      for flags in (['-sess_out', run.path('session')],
                    ['-sess_in', run.path('session')]):
        s_client(port, '-quiet', *flags).wait_for_end()
      said = fields(end.wait_for_end())
      return said['resumed'] == '1' and said['status'].startswith('OK'), ''
    run.check('OpenSSL', 'client', version, 'resumption', client_resumes)

    def server_resumes():
      peer, port = s_server('-www', '-naccept', 2)
      end = run.mortise('client', port=port, text='GET / HTTP/1.0||', half='no',
                        skip='header', check='no', connections=2,
                        alpn='mortise')
      said = fields(end.wait_for_end())
      peer.stop()
      return said['resumed'] == '1' and said['status'].startswith('OK'), said[
          'status']
    run.check('OpenSSL', 'server', version, 'resumption', server_resumes)

  def updates(role):
    # Both sides get new keys: K asks for those of the other side, too.
    settings = dict(skip='header', expect=0, order='after', alpn='mortise',
                    bytes=run.size, half='no')
    if role == 'client':
      end, port = run.server(**settings)
      peer = s_client(port, '-crlf')
      peer.wait_for(rb'Verify return code')
    else:
      peer, port = s_server('-crlf', '-naccept', 1)
      # It waits for the end of a header before it sends.
      end = run.mortise('client', port=port, **settings)
      peer.wait_for(rb'CIPHER is')
    peer.write(b'K\n')
    peer.wait_for(rb'KEYUPDATE|SSL_do_handshake -> 1')
    peer.write(b'\n\n')
    output = end.wait_for_end()
    said = peer.wait_for_end() if role == 'client' else peer.output
    peer.stop()
    return (is_well(run, output, 0) and run.pattern in peer.output,
            output.decode()[:300])
  for role in ('client', 'server'):
    run.check('OpenSSL', role, '1.3', 'key update', lambda: updates(role))


def gnutls(run):
  for version in ('1.2', '1.3'):
    common = ['--priority', f'NORMAL:-VERS-ALL:+VERS-TLS{version}',
              '--x509cafile', run.path('ca.pem'), '--x509certfile',
              run.path('own.pem'), '--x509keyfile', run.path('own_key.pem'),
              '--alpn', 'mortise']

    def client(port, *flags, **options):
      # It tells what it does line by line.
      return Program('stdbuf', '-oL', 'gnutls-cli', *common,
                     '--verify-hostname', 'localhost', '--sni-hostname',
                     'localhost', '--port', port, *flags, '127.0.0.1',
                     **options)

    def quiet_client(port, **options):
      return client(port, '--logfile', '/dev/null', **options)

    def server(*flags):
      peer = Program('gnutls-serv', *common, '--require-client-cert',
                     '--quiet', '--port', 0, *flags)
      return peer, peer.listening_port()

    def is_client():
      # It ends when the other end does, whatever it still has to send.
      end, port = run.server(bytes=run.size, alpn='mortise', half='no')
      peer = quiet_client(port, feed=run.pattern, close_input=True)
      output = end.wait_for_end()
      peer.wait_for_end()
      return (is_well(run, output) and peer.output.endswith(run.pattern),
              output.decode()[:300])
    run.check('GnuTLS', 'client', version,
              'both ways at once, half-close by the peer', is_client)

    def client_killed():
      end, port = run.server(alpn='mortise', bytes=10, half='no')
      peer = quiet_client(port)
      peer.wait_for(re.escape(run.pattern[:10]))
      peer.stop()
      said = fields(end.wait_for_end())
      return not said['status'].startswith('OK'), said['status']
    run.check('GnuTLS', 'client', version, 'killed: an error in Mortise',
              client_killed)

    def client_updates():
      # Mortise waits for the end of a header before it sends.
      end, port = run.server(skip='header', expect=0, order='after',
                             alpn='mortise', bytes=run.size, half='no')
      peer = client(port, '--inline-commands')
      peer.wait_for(rb'Handshake was completed')
      peer.write(b'^rekey^\n')
      peer.wait_for(rb'Rekey was completed')
      peer.write(b'\r\n\r\n')
      output = end.wait_for_end()
      peer.wait_for_end()
      return (is_well(run, output, 0) and run.pattern in peer.output,
              output.decode()[:300])
    if version == '1.3':
      run.check('GnuTLS', 'client', version, 'key update', client_updates)

    def is_server():
      run.save('page', run.pattern)
      peer, port = server('--http', '--httpdata', run.path('page'))
      end = run.mortise('client', port=port, text='GET / HTTP/1.0||', half='no',
                        skip='header', check='no', connections=2,
                        alpn='mortise')
      output = end.wait_for_end()
      peer.stop()
      said = fields(output)
      return (said['status'].startswith('OK') and said['resumed'] == '1' and
              int(said['received']) >= run.size), output.decode()[:600]
    run.check('GnuTLS', 'server', version, 'download, resumption', is_server)


def curl(run):
  for version in ('1.2', '1.3'):
    def transfer(drop):
      length = run.size + 1 if drop else run.size
      end, port = run.server(
          skip='header', expect=run.size, order='after', alpn='http/1.1',
          text=f'HTTP/1.1 200 OK|Content-Length: {length}||', bytes=run.size,
          **(dict(half='no', end='drop') if drop else {}))
      peer = Program('curl', '-sS', '--noproxy', '*', '--cacert',
                     run.path('ca.pem'), '--cert', run.path('own.pem'), '--key',
                     run.path('own_key.pem'), '--tls-max', version,
                     '--resolve', f'localhost:{port}:127.0.0.1', '-H',
                     'Expect:', '-T', run.path('pattern'), '-o',
                     run.path('got'), f'https://localhost:{port}/')
      output = end.wait_for_end()
      said = peer.wait_for_end().decode().strip()
      if drop:
        return peer.process.returncode != 0, said
      with open(run.path('got'), 'rb') as file:
        well = file.read() == run.pattern
      return (well and is_well(run, output) and peer.process.returncode == 0,
              said)
    run.check('curl', 'client', version, 'upload, then download',
              lambda: transfer(False))
    run.check('curl', 'client', version, 'Mortise drops: an error there',
              lambda: transfer(True))


def nginx(run):
  listener = socket.create_server(('127.0.0.1', 0))
  listener.setblocking(False)
  port = listener.getsockname()[1]
  run.save('nginx.conf', f'''
daemon off;
user root;
worker_processes 1;
error_log stderr;
pid {run.folder}/nginx.pid;
events {{}}
http {{
  access_log off;
  client_body_temp_path {run.folder}/body;
  proxy_temp_path {run.folder}/proxy;
  fastcgi_temp_path {run.folder}/fastcgi;
  uwsgi_temp_path {run.folder}/uwsgi;
  scgi_temp_path {run.folder}/scgi;
  ssl_session_cache shared:a:1m;
  server {{
    listen 127.0.0.1:{port} ssl;
    ssl_protocols TLSv1.2 TLSv1.3;
    ssl_certificate own.pem;
    ssl_certificate_key own_key.pem;
    ssl_client_certificate ca.pem;
    ssl_verify_client on;
    client_max_body_size 0;
    root {run.folder};
    dav_methods PUT;
  }}
}}
'''.encode())
  # It takes over this listener, as it does from an older nginx.
  peer = Program('nginx', '-p', run.folder, '-c', run.path('nginx.conf'),
                 pass_fds=[listener.fileno()],
                 env={**os.environ, 'NGINX': f'{listener.fileno()};'})
  try:
    for version in ('1.2', '1.3'):
      def download():
        end = run.mortise('client', port=port, text='GET /pattern HTTP/1.0||',
                          half='no', skip='header', connections=2,
                          alpn='http/1.1', version=version)
        output = end.wait_for_end()
        said = fields(output)
        return (is_well(run, output) and said['resumed'] == '1' and
                said['alpn'] == 'http/1.1'), output.decode()[:600]
      run.check('nginx', 'server', version, 'download, resumption', download)

      def upload():
        text = f'PUT /up{version} HTTP/1.0|Content-Length: {run.size}||'
        end = run.mortise('client', port=port, text=text, bytes=run.size,
                          half='no', check='no', version=version)
        output = end.wait_for_end()
        with open(run.path(f'up{version}'), 'rb') as file:
          well = file.read() == run.pattern
        return (well and fields(output)['status'].startswith('OK'),
                output.decode()[:300])
      run.check('nginx', 'server', version, 'upload', upload)
  finally:
    peer.process.terminate()
    peer.process.wait()


def main():
  parser = argparse.ArgumentParser(
      description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
  parser.add_argument('--bytes', type=int, default=100 << 20)
  parser.add_argument('--only', help='run with this peer only: nginx, go, …')
  parser.add_argument(
      'end', nargs='?',
      default=os.path.join(HERE, '../../bazel-bin/tests/interop/tls_end'))
  arguments = parser.parse_args()
  with tempfile.TemporaryDirectory() as folder:
    run = Run(os.path.abspath(arguments.end), arguments.bytes, folder)
    print('| peer | it is the | TLS | what | well | |')
    print('| --- | --- | --- | --- | --- | --- |')
    def wants(peer):
      return arguments.only in (None, peer)

    if wants('python'):
      own_programs(run, 'Python',
                   [sys.executable, os.path.join(HERE, 'peers/python_peer.py')])
    if wants('go') and shutil.which('go'):
      program = run.path('go_peer')
      subprocess.run(['go', 'build', '-o', program, 'main.go'], check=True,
                     cwd=os.path.join(HERE, 'peers/go'))
      own_programs(run, 'Go', [program])
    rustls = os.path.join(HERE, 'peers/rustls/target/release/peer')
    if wants('rustls') and os.path.exists(rustls):
      own_programs(run, 'rustls', [rustls])
    if wants('openssl'):
      openssl(run)
    if wants('gnutls') and shutil.which('gnutls-cli'):
      gnutls(run)
    if wants('curl') and shutil.which('curl'):
      curl(run)
    if wants('nginx') and shutil.which('nginx'):
      nginx(run)
  return 1 if run.failed else 0


if __name__ == '__main__':
  sys.exit(main())

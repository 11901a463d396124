// TLS by rustls, for tls_peers.py. Arguments: role, port, folder,
// version, bytes, order ("both" or "after").
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::{env, fs::File, io::BufReader, process};

use rustls::server::AllowAnyAuthenticatedClient;
use rustls::{Certificate, PrivateKey};
use rustls::{ClientConfig, ClientConnection, Connection, RootCertStore};
use rustls::{ServerConfig, ServerConnection, SupportedProtocolVersion};

fn pattern(i: u64) -> u8 {
    (i.wrapping_mul(31).wrapping_add(i >> 12)) as u8
}

fn certificates(path: String) -> Vec<Certificate> {
    rustls_pemfile::certs(&mut BufReader::new(File::open(path).unwrap()))
        .unwrap()
        .into_iter()
        .map(Certificate)
        .collect()
}

fn main() {
    let args: Vec<String> = env::args().collect();
    let (role, port, folder, version) = (&args[1], &args[2], &args[3], &args[4]);
    let bytes: u64 = args[5].parse().unwrap();
    let after = args[6] == "after";
    let versions: &[&SupportedProtocolVersion] = if version == "1.2" {
        &[&rustls::version::TLS12]
    } else {
        &[&rustls::version::TLS13]
    };
    let own = certificates(format!("{folder}/own.pem"));
    let mut key_file = BufReader::new(File::open(format!("{folder}/own_key.pem")).unwrap());
    let key = PrivateKey(rustls_pemfile::pkcs8_private_keys(&mut key_file).unwrap().remove(0));
    let mut roots = RootCertStore::empty();
    for c in certificates(format!("{folder}/ca.pem")) {
        roots.add(&c).unwrap();
    }
    let (mut connection, mut socket): (Connection, TcpStream) = if role == "server" {
        let verifier = AllowAnyAuthenticatedClient::new(roots);
        let mut config = ServerConfig::builder()
            .with_safe_default_cipher_suites()
            .with_safe_default_kx_groups()
            .with_protocol_versions(versions)
            .unwrap()
            .with_client_cert_verifier(verifier)
            .with_single_cert(own, key)
            .unwrap();
        config.alpn_protocols = vec![b"mortise".to_vec()];
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        println!("port {}", listener.local_addr().unwrap().port());
        let socket = listener.accept().unwrap().0;
        (ServerConnection::new(Arc::new(config)).unwrap().into(), socket)
    } else {
        let mut config = ClientConfig::builder()
            .with_safe_default_cipher_suites()
            .with_safe_default_kx_groups()
            .with_protocol_versions(versions)
            .unwrap()
            .with_root_certificates(roots)
            .with_single_cert(own, key)
            .unwrap();
        config.alpn_protocols = vec![b"mortise".to_vec()];
        let socket = TcpStream::connect(("127.0.0.1", port.parse().unwrap())).unwrap();
        let name = "localhost".try_into().unwrap();
        (ClientConnection::new(Arc::new(config), name).unwrap().into(), socket)
    };
    socket.set_nodelay(true).unwrap();
    let mut received = 0u64;
    let mut sent = 0u64;
    let mut ended = false;
    let mut told = false;
    let mut buffer = vec![0u8; 65536];
    // One thread: a socket that does not wait, tried in turns.
    socket.set_nonblocking(true).unwrap();
    while !ended || !told || connection.wants_write() {
        let mut moved = false;
        if !connection.is_handshaking() && sent < bytes && (!after || ended) && !connection.wants_write() {
            let size = std::cmp::min(16384, bytes - sent);
            let data: Vec<u8> = (sent..sent + size).map(pattern).collect();
            sent += connection.writer().write(&data).unwrap() as u64;
        }
        if sent == bytes && !told && !connection.is_handshaking() && (!after || ended) {
            connection.send_close_notify();
            told = true;
        }
        if connection.wants_write() {
            match connection.write_tls(&mut socket) {
                Ok(_) => moved = true,
                Err(e) if e.kind() == std::io::ErrorKind::WouldBlock => {}
                Err(e) => fail(e),
            }
        }
        if !ended {
            match connection.read_tls(&mut socket) {
                Ok(n) => {
                    moved = true;
                    if let Err(e) = connection.process_new_packets() {
                        let _ = connection.write_tls(&mut socket);
                        fail(e);
                    }
                    loop {
                        match connection.reader().read(&mut buffer) {
                            Ok(0) => {
                                ended = true;
                                break;
                            }
                            Ok(size) => {
                                for (i, b) in buffer[..size].iter().enumerate() {
                                    if *b != pattern(received + i as u64) {
                                        fail(format!("wrong byte at {}", received + i as u64));
                                    }
                                }
                                received += size as u64;
                            }
                            Err(e) if e.kind() == std::io::ErrorKind::WouldBlock => break,
                            Err(e) => fail(e),
                        }
                    }
                    if n == 0 && !ended {
                        fail("ended without close_notify");
                    }
                }
                Err(e) if e.kind() == std::io::ErrorKind::WouldBlock => {}
                Err(e) => fail(e),
            }
        }
        if !moved {
            std::thread::yield_now();
        }
    }
    println!(
        "received {} alpn {} client_certificate {}",
        received,
        String::from_utf8_lossy(connection.alpn_protocol().unwrap_or(b"")),
        connection.peer_certificates().is_some()
    );
}

fn fail(e: impl std::fmt::Display) -> ! {
    println!("failed {}", e);
    process::exit(1);
}

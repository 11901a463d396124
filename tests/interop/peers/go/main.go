// TLS by Go's crypto/tls, for tls_peers.py. Arguments: role, port, folder,
// version, bytes, order ("both" or "after").
package main

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
)

func pattern(i int64) byte { return byte(i*31 + i>>12) }

func must(err error) {
	if err != nil {
		fmt.Println("failed", err)
		os.Exit(1)
	}
}

func send(c *tls.Conn, bytes int64) {
	data := make([]byte, 65536)
	for sent := int64(0); sent < bytes; {
		size := int64(len(data))
		if size > bytes-sent {
			size = bytes - sent
		}
		for i := int64(0); i < size; i++ {
			data[i] = pattern(sent + i)
		}
		_, err := c.Write(data[:size])
		must(err)
		sent += size
	}
	must(c.CloseWrite())
}

func main() {
	role, port, folder, version, order := os.Args[1], os.Args[2], os.Args[3], os.Args[4], os.Args[6]
	bytes, err := strconv.ParseInt(os.Args[5], 10, 64)
	must(err)
	own, err := tls.LoadX509KeyPair(folder+"/own.pem", folder+"/own_key.pem")
	must(err)
	ca, err := os.ReadFile(folder + "/ca.pem")
	must(err)
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(ca)
	config := &tls.Config{
		Certificates: []tls.Certificate{own}, RootCAs: roots, ClientCAs: roots,
		ClientAuth: tls.RequireAndVerifyClientCert,
		NextProtos: []string{"mortise"}, ServerName: "localhost",
	}
	config.MinVersion = tls.VersionTLS13
	if version == "1.2" {
		config.MinVersion, config.MaxVersion = tls.VersionTLS12, tls.VersionTLS12
	}
	var conn *tls.Conn
	if role == "server" {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		must(err)
		fmt.Println("port", listener.Addr().(*net.TCPAddr).Port)
		plain, err := listener.Accept()
		must(err)
		conn = tls.Server(plain, config)
	} else {
		plain, err := net.Dial("tcp", "127.0.0.1:"+port)
		must(err)
		conn = tls.Client(plain, config)
	}
	must(conn.Handshake())
	sent := make(chan bool)
	if order == "both" {
		go func() { send(conn, bytes); sent <- true }()
	}
	received := int64(0)
	data := make([]byte, 65536)
	for {
		size, err := conn.Read(data)
		for i := 0; i < size; i++ {
			if data[i] != pattern(received+int64(i)) {
				fmt.Println("failed: wrong byte at", received+int64(i))
				os.Exit(1)
			}
		}
		received += int64(size)
		if err == io.EOF {
			break
		}
		must(err)
	}
	if order == "both" {
		<-sent
	} else {
		send(conn, bytes)
	}
	state := conn.ConnectionState()
	fmt.Println("received", received, "alpn", state.NegotiatedProtocol,
		"client_certificate", len(state.PeerCertificates) > 0)
}

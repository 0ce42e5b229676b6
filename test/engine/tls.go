//go:build linux

package engine

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

// TLS is an endpoint on loopback TCP that wants a client certificate.
type TLS struct {
	// Host is its address as DOCKER_HOST takes it.
	Host string
	// CertPath is what DOCKER_CERT_PATH takes: ca.pem, cert.pem and key.pem of a client.
	CertPath string
	// StrangerPath holds a client's certificates of another authority.
	StrangerPath string

	server string // folder of the engine's own
}

func newTLS(ctx context.Context, dir string) (*TLS, error) {
	address, err := freeAddress(ctx)
	if err != nil {
		return nil, err
	}
	t := &TLS{
		Host:         "tcp://" + address,
		CertPath:     filepath.Join(dir, "tls-client"),
		StrangerPath: filepath.Join(dir, "tls-stranger"),
		server:       filepath.Join(dir, "tls-server"),
	}
	ours, err := newAuthority()
	if err != nil {
		return nil, err
	}
	theirs, err := newAuthority()
	if err != nil {
		return nil, err
	}
	for folder, authority := range map[string]*authority{t.server: ours, t.CertPath: ours, t.StrangerPath: theirs} {
		if err := authority.issue(folder); err != nil {
			return nil, err
		}
	}
	return t, nil
}

func (t *TLS) engineArgs() []string {
	return []string{
		"--host=" + t.Host, "--tlsverify",
		"--tlscacert=" + filepath.Join(t.server, "ca.pem"),
		"--tlscert=" + filepath.Join(t.server, "cert.pem"),
		"--tlskey=" + filepath.Join(t.server, "key.pem"),
	}
}

// freeAddress is an address on loopback that nobody listens on now.
func freeAddress(ctx context.Context) (string, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// authority is a certificate authority of one test run.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

func newAuthority() (*authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	template := certificate(1, "authority of a test")
	template.IsCA, template.BasicConstraintsValid, template.KeyUsage = true, true, x509.KeyUsageCertSign
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, err
	}
	cert, err := x509.ParseCertificate(der)
	return &authority{cert: cert, key: key}, err
}

// issue fills a folder with ca.pem, cert.pem and key.pem, good for either side on loopback.
func (a *authority) issue(folder string) error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	template := certificate(2, "localhost")
	template.KeyUsage = x509.KeyUsageDigitalSignature
	template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}
	template.IPAddresses, template.DNSNames = []net.IP{net.IPv4(127, 0, 0, 1)}, []string{"localhost"}
	der, err := x509.CreateCertificate(rand.Reader, template, a.cert, key.Public(), a.key)
	if err != nil {
		return err
	}
	private, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	for name, block := range map[string]*pem.Block{
		"ca.pem":   {Type: "CERTIFICATE", Bytes: a.cert.Raw},
		"cert.pem": {Type: "CERTIFICATE", Bytes: der},
		"key.pem":  {Type: "EC PRIVATE KEY", Bytes: private},
	} {
		if err := os.WriteFile(filepath.Join(folder, name), pem.EncodeToMemory(block), 0o600); err != nil {
			return fmt.Errorf("writing certificates: %w", err)
		}
	}
	return nil
}

func certificate(serial int64, name string) *x509.Certificate {
	return &x509.Certificate{
		SerialNumber: big.NewInt(serial),
		Subject:      pkix.Name{CommonName: name},
		NotBefore:    time.Now().Add(-time.Hour),
		NotAfter:     time.Now().Add(24 * time.Hour),
	}
}

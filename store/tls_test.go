package store

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"catbot/store/redistest"
)

// authority signs the certificates of this package's tests. TestMain makes the process trust it.
var authority struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

// newAuthority makes the authority, and returns the file that its certificate is in.
func newAuthority() (string, error) {
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "tests"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return "", err
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return "", err
	}
	authority.key = key
	if authority.certificate, err = x509.ParseCertificate(der); err != nil {
		return "", err
	}
	file, err := os.CreateTemp("", "authority-*.pem")
	if err != nil {
		return "", err
	}
	defer file.Close()
	return file.Name(), pem.Encode(file, &pem.Block{Type: "CERTIFICATE", Bytes: der})
}

// certify writes a certificate for address, and its key, to files.
func certify(t *testing.T, address string) (certFile, keyFile string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(2), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.ParseIP(address)},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, authority.certificate, &key.PublicKey, authority.key)
	if err != nil {
		t.Fatal(err)
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	write := func(name, kind string, der []byte) string {
		file := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	return write("redis.crt", "CERTIFICATE", der), write("redis.key", "PRIVATE KEY", keyDER)
}

func TestTLSIsVerified(t *testing.T) {
	for _, tc := range []struct {
		name, certifiedFor string
		wantAnswer         bool
	}{
		{"a server with a certificate for its address is talked to", "127.0.0.1", true},
		{"a server with a certificate for another address is not", "127.0.0.2", false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			certFile, keyFile := certify(t, tc.certifiedFor)
			store := openStore(t, redistest.StartTLS(t, certFile, keyFile).URL())
			err := store.Ping(t.Context())
			for tries := 0; tries < 20 && isTimeout(err); tries++ { // a busy machine may need longer for a handshake than an operation has
				err = store.Ping(t.Context())
			}
			if got := err == nil; got != tc.wantAnswer {
				t.Errorf("answered: %v (%v), want %v", got, err, tc.wantAnswer)
			}
		})
	}
}

func isTimeout(err error) bool {
	timeout, ok := errors.AsType[net.Error](err)
	return ok && timeout.Timeout() || errors.Is(err, context.DeadlineExceeded)
}

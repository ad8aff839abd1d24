package fakecat

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"sort"
	"strings"
)

// signed holds what signature v2 covers. Source of the rules: https://cloud.tencent.com/document/product/215/1693.
type signed struct {
	method string
	host   string // without port
	path   string
	params map[string]string // decoded, Signature among them
}

// text returns the string to sign: every parameter except the signature, in the byte order of the names.
func (s signed) text() string {
	names := make([]string, 0, len(s.params))
	for name := range s.params {
		if name != "Signature" {
			names = append(names, name)
		}
	}
	sort.Strings(names)
	pairs := make([]string, len(names))
	for i, name := range names {
		pairs[i] = strings.ReplaceAll(name, "_", ".") + "=" + s.params[name]
	}
	return s.method + s.host + s.path + "?" + strings.Join(pairs, "&")
}

// mac returns the signature of the request with key, before base64.
func (s signed) mac(key string) []byte {
	algorithm := sha1.New // the default for any other SignatureMethod
	if s.params["SignatureMethod"] == "HmacSHA256" {
		algorithm = sha256.New
	}
	mac := hmac.New(algorithm, []byte(key))
	mac.Write([]byte(s.text()))
	return mac.Sum(nil)
}

// genuine reports whether the request has the signature for key.
func (s signed) genuine(key string) bool {
	given, err := base64.StdEncoding.DecodeString(s.params["Signature"])
	return err == nil && hmac.Equal(given, s.mac(key)) // in constant time
}

package catapi

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"maps"
	"slices"
	"strings"
)

// A signable is what signature v2 covers: all of a request but its scheme, its port and its encoding.
// Source: https://cloud.tencent.com/document/product/215/1693.
type signable struct {
	Method string            // GET or POST
	Host   string            // without port: "catapi.api.qcloud.com"
	Path   string            // "/v2/index.php"
	Params map[string]string // as they are, not URL-encoded; without Signature
}

// stringToSign joins the parameters in byte order of their names, upper case before lower.
// A name's underscores are signed as dots; values stay as they are.
func (s signable) stringToSign() string {
	var b strings.Builder
	b.WriteString(s.Method + s.Host + s.Path)
	separator := "?"
	for _, name := range slices.Sorted(maps.Keys(s.Params)) {
		b.WriteString(separator + strings.ReplaceAll(name, "_", ".") + "=" + s.Params[name])
		separator = "&"
	}
	return b.String()
}

// sign returns the base64 text of the parameter Signature. The API picks the algorithm by the parameter
// SignatureMethod: exactly "HmacSHA256" for that one, anything else or nothing for HmacSHA1.
func (s signable) sign(secretKey string) string {
	algorithm := sha1.New
	if s.Params["SignatureMethod"] == "HmacSHA256" {
		algorithm = sha256.New
	}
	mac := hmac.New(algorithm, []byte(secretKey))
	mac.Write([]byte(s.stringToSign()))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

package catapi

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"
)

// A signable3 is what the signature TC3-HMAC-SHA256 of a POST to "/" of CAT covers.
// Source: https://cloud.tencent.com/document/api/213/30654.
type signable3 struct {
	Host        string // with the port, if the URL has one
	ContentType string
	Payload     []byte
	Time        time.Time // the header X-TC-Timestamp, in whole seconds
}

// authorization returns the header Authorization.
func (s signable3) authorization(secretID, secretKey string) string {
	day := s.Time.UTC().Format(time.DateOnly)
	scope := day + "/cat/tc3_request"
	request := fmt.Sprintf("POST\n/\n\ncontent-type:%s\nhost:%s\n\ncontent-type;host\n%s",
		s.ContentType, s.Host, hexSHA256(s.Payload))
	text := fmt.Sprintf("TC3-HMAC-SHA256\n%d\n%s\n%s", s.Time.Unix(), scope, hexSHA256([]byte(request)))
	key := []byte("TC3" + secretKey)
	for _, part := range []string{day, "cat", "tc3_request"} {
		key = hmacSHA256(key, part)
	}
	return fmt.Sprintf("TC3-HMAC-SHA256 Credential=%s/%s, SignedHeaders=content-type;host, Signature=%x",
		secretID, scope, hmacSHA256(key, text))
}

func hexSHA256(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

func hmacSHA256(key []byte, text string) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(text))
	return mac.Sum(nil)
}

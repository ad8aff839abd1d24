package store

import (
	"crypto/sha256"
	"encoding/hex"
	"net/url"
)

// maxKeyPart bounds a part of a key, in bytes.
const maxKeyPart = 80

// KeyPart escapes text for a key: letters, digits and -_.~%+. A text that is too long becomes a hash.
func KeyPart(text string) string {
	escaped := url.QueryEscape(text)
	if len(escaped) <= maxKeyPart {
		return escaped
	}
	sum := sha256.Sum256([]byte(text))
	return "*" + hex.EncodeToString(sum[:16]) // escaped text contains no star
}

func firstSeenKey(key string) string { return "catbot:{claim|" + KeyPart(key) + "}:v1" }

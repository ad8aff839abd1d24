package store

import (
	"crypto/sha256"
	"encoding/hex"
	"net/url"
)

// maxWord bounds a foreign word in a key, in bytes.
const maxKeyPart = 80

// KeyWord makes text fit for a key: of letters, digits and -_.~%+, with a hash in place of what is too long.
func KeyPart(text string) string {
	escaped := url.QueryEscape(text)
	if len(escaped) <= maxKeyPart {
		return escaped
	}
	sum := sha256.Sum256([]byte(text))
	return "*" + hex.EncodeToString(sum[:16]) // no escaped text holds a star
}

func firstSeenKey(key string) string { return "catbot:{claim|" + KeyPart(key) + "}:v1" }

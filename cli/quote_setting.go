package cli

import (
	"regexp"
	"strconv"
	"strings"
)

// secretLike matches what may be a token of Slack, or the id or the secret of a Tencent Cloud
// key, in the wrong setting.
var secretLike = regexp.MustCompile(`(?i)xox[a-z][-.]|xapp-|xwfp-|AKID|[a-z0-9]{30,}`)

// quoteSetting quotes the value of a setting for a message. It hides the credentials of an address,
// and the whole value if it may be a secret.
func quoteSetting(value string) string {
	if secretLike.MatchString(value) {
		return `"[hidden]", for it looks like a token or a key`
	}
	if strings.Contains(value, "@") || strings.Contains(value, "://") {
		value = withoutCredentials(value)
	}
	return strconv.Quote(value)
}

// withoutCredentials returns the scheme and the host of an address, which may be malformed:
// it hides what is before the last "@", and what follows "?" or "#".
func withoutCredentials(address string) string {
	scheme, rest, hasScheme := strings.Cut(address, "://")
	if hasScheme {
		scheme += "://"
	} else {
		scheme, rest = "", address
	}
	rest, tail := cutQuery(rest)
	if strings.Contains(tail, "@") { // the "?" or "#" may be part of a password
		return scheme + "[hidden]"
	}
	if at := strings.LastIndex(rest, "@"); at >= 0 {
		rest = "[hidden]" + rest[at:]
	}
	if len(tail) > 1 {
		rest += tail[:1] + "[hidden]"
	}
	return scheme + rest
}

// cutQuery cuts an address before its query or fragment.
func cutQuery(address string) (rest, tail string) {
	if at := strings.IndexAny(address, "?#"); at >= 0 {
		return address[:at], address[at:]
	}
	return address, ""
}

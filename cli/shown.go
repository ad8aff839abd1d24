package cli

import (
	"regexp"
	"strconv"
	"strings"
)

// secretLike matches what may be a token or a key that stands in the wrong setting: of Slack, the id of a key of Tencent Cloud,
// and what is as long as its secret.
var secretLike = regexp.MustCompile(`(?i)xox[a-z][-.]|xapp-|xwfp-|AKID|[a-z0-9]{30,}`)

// shown is the value of a setting as a message may show it: quoted, without the credentials of an address, and not at all where it
// may be a secret.
func quoteSetting(value string) string {
	if secretLike.MatchString(value) {
		return `"[hidden]", for it looks like a token or a key`
	}
	if strings.Contains(value, "@") || strings.Contains(value, "://") {
		value = withoutCredentials(value)
	}
	return strconv.Quote(value)
}

// withoutCredentials is what may be shown of an address, however it is mistyped: its scheme, and what stands between the last "@"
// and a "?" or "#".
func withoutCredentials(address string) string {
	scheme, rest, hasScheme := strings.Cut(address, "://")
	if hasScheme {
		scheme += "://"
	} else {
		scheme, rest = "", address
	}
	rest, tail := cutQuery(rest)
	if strings.Contains(tail, "@") { // a password may hold what begins a query
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

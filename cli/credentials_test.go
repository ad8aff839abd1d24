package cli

import (
	"strings"
	"testing"
)

func TestAMistypedRedisAddressIsShownWithoutItsPassword(t *testing.T) {
	for address, want := range map[string]string{
		"redis:/u:pa55word@host":           "[hidden]@host",
		"u:pa55word@host:6379":             "[hidden]@host:6379",
		"redis://h/0?password=pa55word":    "redis://h/0?[hidden]",
		"redis://u:pa55@word@host:6379/0":  "redis://[hidden]@host:6379/0",
		"rediss://h/0?sentinel_Password=x": "rediss://h/0?[hidden]",
		"http://host:6379":                 "http://host:6379",
	} {
		if got := withoutCredentials(address); got != want || strings.Contains(got, "pa55") {
			t.Errorf("%q is shown as %q, want %q", address, got, want)
		}
	}
}

package main

import (
	"errors"
	"strings"
	"testing"
)

func TestPasswordsOfRedisStandInNoLogLine(t *testing.T) {
	for _, address := range []string{
		"redis://user:sesame@host:6379/0", "rediss://:sesame@host:6379",
		"redis+cluster://user:sesame@host:6379,host2:6379", "redis+sentinel://user:x@host:1,host2:2/0?master=m&sentinel_password=sesame",
	} {
		var out strings.Builder
		cfg := Config{RedisURL: address, LogFormat: "json"}
		cfg.newLogger(&out).Error("trouble with sesame", "url", address, "error", errors.New("dialing "+address))
		line := out.String()
		if at := strings.Index(line, `"url"`); strings.Contains(line[at:], "sesame") {
			t.Errorf("%s: %s", address, line)
		}
	}
}

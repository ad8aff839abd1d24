package cli

import (
	"io"
	"log/slog"
	"net/url"
	"regexp"
	"strings"
)

// newLogger returns a logger to out that replaces the secrets of c in strings and errors.
func (c Config) newLogger(out io.Writer) *slog.Logger {
	redactor := c.redactor()
	options := &slog.HandlerOptions{Level: c.LogLevel, ReplaceAttr: func(_ []string, attr slog.Attr) slog.Attr {
		switch value := attr.Value.Any().(type) {
		case string:
			attr.Value = slog.StringValue(redactor.Replace(value))
		case error:
			attr.Value = slog.StringValue(redactor.Replace(value.Error()))
		}
		return attr
	}}
	if c.LogFormat == "text" {
		return slog.New(slog.NewTextHandler(out, options))
	}
	return slog.New(slog.NewJSONHandler(out, options))
}

// The passwords in REDIS_URL. net/url can't parse a REDIS_URL that names several hosts.
var (
	redisPassword    = regexp.MustCompile(`://[^/?#@:]*:(.+)@`)
	sentinelPassword = regexp.MustCompile(`sentinel_password=([^&]+)`)
)

// redactor replaces every secret of c with [hidden].
func (c Config) redactor() *strings.Replacer {
	var pairs []string
	secrets := []string{c.SlackAppToken, c.SlackBotToken, c.SecretKey, c.SecretID, c.Token}
	if found := redisPassword.FindStringSubmatch(c.RedisURL); found != nil {
		pairs = append(pairs, ":"+found[1]+"@", ":[hidden]@") // also if the password is shorter than 4
		secrets = append(secrets, found[1], unescaped(found[1]))
	}
	if found := sentinelPassword.FindStringSubmatch(c.RedisURL); found != nil {
		secrets = append(secrets, found[1], unescaped(found[1]))
	}
	for _, secret := range secrets {
		if len(secret) >= 4 {
			pairs = append(pairs, secret, "[hidden]")
		}
	}
	return strings.NewReplacer(pairs...)
}

// unescaped decodes the percent-encoding of part; it returns "" if part is malformed.
func unescaped(part string) string {
	plain, _ := url.PathUnescape(part)
	return plain
}

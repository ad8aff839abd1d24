package catapi

import (
	"errors"
	"net/url"
	"strings"
)

// secrets takes out of a text what would let its reader sign, or send again. A server may echo what it was sent.
type secrets struct{ *strings.Replacer }

func (c *Client) secrets(signature string) secrets {
	var pairs []string
	for _, secret := range []string{signature, c.cfg.SecretKey, c.cfg.Token, c.cfg.SecretID} {
		if secret != "" {
			pairs = append(pairs, secret, "[hidden]", url.QueryEscape(secret), "[hidden]")
		}
	}
	return secrets{strings.NewReplacer(pairs...)}
}

// scrub returns err, an error of one try, without secrets and not longer than a log can bear.
func (s secrets) scrub(err error) error {
	if api, ok := errors.AsType[*Error](err); ok {
		return &Error{api.Code, excerpt(s.Replace(api.CodeDesc), 100), excerpt(s.Replace(api.Message), 1000)}
	}
	if transport, ok := errors.AsType[*TransportError](err); ok {
		text := transport.Cause.Error()
		if hidden := excerpt(s.Replace(text), 1000); hidden != text {
			return &TransportError{Op: transport.Op, Status: transport.Status, Cause: errors.New(hidden), validJSON: transport.validJSON}
		}
	}
	return err
}

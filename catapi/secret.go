package catapi

import (
	"errors"
	"net/url"
	"strings"
)

// secrets removes from a text what its reader could sign or repeat requests with. A server may echo the request.
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

// scrub returns err, an error of one try, without secrets and with bounded texts.
func (s secrets) scrub(err error) error {
	if api, ok := errors.AsType[*Error](err); ok {
		return &Error{api.Code, excerpt(s.Replace(api.CodeDesc), 100), excerpt(s.Replace(api.Message), 1000)}
	}
	if transport, ok := errors.AsType[*TransportError](err); ok {
		text := transport.Cause.Error()
		if hidden := excerpt(s.Replace(text), 1000); hidden != text {
			return &TransportError{
				Op:        transport.Op,
				Status:    transport.Status,
				Cause:     errors.New(hidden),
				validJSON: transport.validJSON,
			}
		}
	}
	return err
}

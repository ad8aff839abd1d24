package catapi

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// call2 calls action of API v2, signs each try anew, and decodes the response with decode.
func call2[T any](
	ctx context.Context, c *Client, action string, args map[string]string, decode func([]byte) (T, error),
) (T, error) {
	send := func() (response, secrets, error) {
		form := c.signedForm(action, args)
		arrived, err := c.post(ctx, form.Encode())
		return arrived, c.secrets(form.Get("Signature")), err
	}
	return callWithRetry(ctx, c, action, c.limits, send, decode)
}

// callWithRetry calls send within the limits l, retries what may succeed later, and decodes the response with decode.
func callWithRetry[T any](
	ctx context.Context, c *Client, action string, l *limits,
	send func() (response, secrets, error), decode func([]byte) (T, error),
) (T, error) {
	var answer T
	err := c.retry(ctx, action, func() error {
		return l.run(ctx, action, func() error {
			start := c.cfg.Now()
			arrived, hide, err := send()
			if err == nil {
				answer, err = read(arrived, decode, hide)
			}
			err = hide.scrub(err)
			c.cfg.Observe(l.api, outcome(err), c.cfg.Now().Sub(start))
			return err
		})
	})
	return answer, err
}

// signedForm returns the parameters of a new request, with a Timestamp, a Nonce and a Signature of its own.
func (c *Client) signedForm(action string, args map[string]string) url.Values {
	params := map[string]string{
		"Action":          action,
		"Nonce":           strconv.FormatInt(1+rand.Int64N(1<<52), 10), // exact as a float64, as PHP may read it
		"SecretId":        c.cfg.SecretID,
		"SignatureMethod": "HmacSHA256",
		"Timestamp":       strconv.FormatInt(c.cfg.Now().Unix(), 10),
	}
	for name, value := range args {
		params[name] = value
	}
	if c.cfg.Region != "" {
		params["Region"] = c.cfg.Region
	}
	if c.cfg.Token != "" {
		params["Token"] = c.cfg.Token
	}
	form := url.Values{}
	for name, value := range params {
		form.Set(name, value)
	}
	form.Set("Signature", signable{http.MethodPost, c.url.Hostname(), c.url.Path, params}.sign(c.cfg.SecretKey))
	return form
}

// post sends one request and reads the response. Its errors are *TransportErrors.
func (c *Client) post(ctx context.Context, form string) (response, error) {
	limited, cancel := context.WithTimeout(ctx, c.cfg.Timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(limited, http.MethodPost, c.url.String(), strings.NewReader(form))
	if err != nil {
		return response{}, &TransportError{Op: opSend, Cause: err}
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("User-Agent", "catbot")
	resp, err := c.http.Do(req)
	if err != nil {
		return response{}, &TransportError{Op: opSend, Cause: c.cause(ctx, err)}
	}
	defer resp.Body.Close()
	body, err := c.readBody(resp)
	if err != nil {
		return response{}, &TransportError{Op: opRead, Status: resp.StatusCode, Cause: c.cause(ctx, err)}
	}
	return response{resp.StatusCode, resp.Header.Get("Content-Type"), body}, nil
}

// readBody reads a body to its end, which allows the connection to be reused. It fails if the body is too large.
func (c *Client) readBody(resp *http.Response) ([]byte, error) {
	contentType := excerpt(resp.Header.Get("Content-Type"), 60)
	tooLarge := fmt.Errorf("%w: more than %d bytes of %s", errTooLarge, c.cfg.MaxResponse, contentType)
	if resp.ContentLength > c.cfg.MaxResponse {
		return nil, tooLarge
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, c.cfg.MaxResponse+1))
	if err == nil && int64(len(body)) > c.cfg.MaxResponse {
		return nil, tooLarge
	}
	return body, err
}

// cause removes the URL from an error of net/http, and tells the timeout of one try from the end of ctx.
func (c *Client) cause(ctx context.Context, err error) error {
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		err = wrapped.Err
	}
	if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
		return fmt.Errorf("no answer within %s: %w", c.cfg.Timeout, context.DeadlineExceeded)
	}
	return err
}

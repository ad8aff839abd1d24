package bot

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"catbot/bot/blockkit"
)

// A response is the payload of a response_url (docs.slack.dev, "Handling user interaction").
type response struct {
	Type    string        `json:"response_type,omitempty"`
	Text    string        `json:"text,omitempty"`
	Blocks  []slack.Block `json:"-"` // written by encode
	Replace bool          `json:"replace_original,omitempty"`
	Delete  bool          `json:"delete_original,omitempty"`
	Thread  string        `json:"thread_ts,omitempty"`
}

// encode returns r as JSON.
func (r response) encode() ([]byte, error) {
	rest, err := json.Marshal(r)
	if err != nil || len(r.Blocks) == 0 {
		return rest, err
	}
	b := append(make([]byte, 0, 4096), `{"blocks":`...) // most answers fit
	if b, err = blockkit.AppendBlocks(b, r.Blocks); err != nil {
		return nil, err
	}
	if len(rest) == len("{}") {
		return append(b, '}'), nil
	}
	return append(append(b, ','), rest[1:]...), nil
}

// A responseError is the refusal of a response_url. slack-go discards the reason, which is in the body, and takes a
// refusal with status 200 for a success. So catbot posts to response_urls itself.
type responseError struct {
	Status     int
	Reason     string // Slack's error code, such as "invalid_blocks" or "expired_url"; may be empty
	RetryAfter time.Duration
}

func (e *responseError) Error() string {
	return fmt.Sprintf("response_url answered %d %s", e.Status, e.Reason)
}

// expired reports whether the response_url accepts no more messages.
func (e *responseError) expired() bool { return e.Reason == "used_url" || e.Reason == "expired_url" }

// maxReason bounds the body of an answer, in bytes; Slack's are far shorter.
const maxReason = 64 << 10

// respond posts r to a response_url. The URL is a secret like a token, so no error holds it.
func respond(ctx context.Context, client *http.Client, responseURL string, r response) error {
	encoded, err := r.encode()
	if err != nil {
		return fmt.Errorf("encoding a response: %w", err)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, responseURL, bytes.NewReader(encoded))
	if err != nil {
		return &unsentError{errors.New("the response_url is not a valid url")}
	}
	request.Header.Set("Content-Type", "application/json; charset=utf-8")
	answer, err := client.Do(request)
	if err != nil {
		return fmt.Errorf("posting to the response_url: %w", withoutURL(err))
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(io.LimitReader(answer.Body, maxReason))
	if err != nil {
		return fmt.Errorf("reading the answer of the response_url: %w", withoutURL(err))
	}
	return checkResponse(answer.StatusCode, answer.Header, body)
}

// checkResponse returns nil for a success ("ok", or JSON with ok true), else a *responseError.
func checkResponse(status int, headers http.Header, body []byte) error {
	var answer struct {
		OK    *bool  `json:"ok"`
		Error string `json:"error"`
	}
	if json.Unmarshal(body, &answer) != nil {
		answer.Error = plainReason(body)
	}
	if status == http.StatusOK && (answer.OK == nil || *answer.OK) {
		return nil
	}
	seconds, _ := strconv.Atoi(headers.Get("Retry-After"))
	return &responseError{Status: status, Reason: answer.Error, RetryAfter: time.Duration(seconds) * time.Second}
}

// plainReason returns the error code of a plain-text body; empty for anything else, such as the page of a proxy.
func plainReason(body []byte) string {
	word := strings.TrimSpace(string(body))
	if len(word) > 60 || strings.Trim(word, "abcdefghijklmnopqrstuvwxyz_") != "" {
		return ""
	}
	return word
}

// withoutURL removes the URL from an error of net/http.
func withoutURL(err error) error {
	if e, ok := errors.AsType[*url.Error](err); ok {
		return e.Err
	}
	return err
}

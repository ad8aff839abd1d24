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
	"sync"
	"time"

	"github.com/slack-go/slack"

	"catbot/bot/blockkit"
)

// A response is the payload of a response_url (docs.slack.dev, "Handling user interaction").
type response struct {
	Type    string
	Text    string
	Blocks  []slack.Block
	Replace bool
	Delete  bool
	Thread  string
}

// scratch holds buffers for encode, which returns a copy of what it wrote: most messages take some 4,000 bytes.
var scratch = sync.Pool{New: func() any { return new([]byte) }}

// encode returns r as JSON, without fields that are empty.
func (r response) encode() (_ []byte, err error) {
	buffer := scratch.Get().(*[]byte)
	defer scratch.Put(buffer)
	b := (*buffer)[:0]
	if len(r.Blocks) > 0 {
		if b, err = blockkit.AppendBlocks(append(b, `,"blocks":`...), r.Blocks); err != nil {
			return nil, err
		}
	}
	b = blockkit.AppendField(b, `,"response_type":`, r.Type)
	b = blockkit.AppendField(b, `,"text":`, r.Text)
	if r.Replace {
		b = append(b, `,"replace_original":true`...)
	}
	if r.Delete {
		b = append(b, `,"delete_original":true`...)
	}
	b = blockkit.AppendField(b, `,"thread_ts":`, r.Thread)
	if len(b) == 0 {
		return []byte("{}"), nil
	}
	b[0] = '{' // for the first comma
	*buffer = append(b, '}')
	return bytes.Clone(*buffer), nil
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
	if status == http.StatusOK && string(body) == "ok" { // as Slack answers
		return nil
	}
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

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
)

// A response is what a response_url takes (docs.slack.dev, "Handling user interaction").
type response struct {
	Type    string        `json:"response_type,omitempty"`
	Text    string        `json:"text,omitempty"`
	Blocks  []slack.Block `json:"blocks,omitempty"`
	Replace bool          `json:"replace_original,omitempty"`
	Delete  bool          `json:"delete_original,omitempty"`
}

// A responseError is a response_url's refusal. slack-go throws the reason away, which stands in the body, or takes
// a refusal with status 200 for success; that is why catbot posts by itself.
type responseError struct {
	Status     int
	Reason     string // Slack's word for it: "invalid_blocks", "expired_url"; may be empty
	RetryAfter time.Duration
}

func (e *responseError) Error() string {
	return fmt.Sprintf("response_url answered %d %s", e.Status, e.Reason)
}

// spent reports whether the response_url takes nothing any more.
func (e *responseError) spent() bool { return e.Reason == "used_url" || e.Reason == "expired_url" }

// maxReason is more of a refusal's body than Slack ever sends.
const maxReason = 64 << 10

// respond posts r to a response_url. The url is as good as a token, so it never stands in an error.
func respond(ctx context.Context, client *http.Client, responseURL string, r response) error {
	body, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("encoding a response: %w", err)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, responseURL, bytes.NewReader(body))
	if err != nil {
		return &unsentError{errors.New("the response_url is no url")}
	}
	request.Header.Set("Content-Type", "application/json; charset=utf-8")
	answer, err := client.Do(request)
	if err != nil {
		return fmt.Errorf("posting to the response_url: %w", withoutURL(err))
	}
	defer answer.Body.Close()
	said, err := io.ReadAll(io.LimitReader(answer.Body, maxReason))
	if err != nil {
		return fmt.Errorf("reading what the response_url answered: %w", withoutURL(err))
	}
	return judgeResponse(answer.StatusCode, answer.Header, said)
}

// judgeResponse tells success ("ok", or JSON with ok true) from the forms that a refusal takes.
func judgeResponse(status int, headers http.Header, said []byte) error {
	var answer struct {
		OK    *bool  `json:"ok"`
		Error string `json:"error"`
	}
	if json.Unmarshal(said, &answer) != nil {
		answer.Error = reasonWord(said)
	}
	if status == http.StatusOK && (answer.OK == nil || *answer.OK) {
		return nil
	}
	seconds, _ := strconv.Atoi(headers.Get("Retry-After"))
	return &responseError{Status: status, Reason: answer.Error, RetryAfter: time.Duration(seconds) * time.Second}
}

// reasonWord takes Slack's word for a refusal from a plain body; anything else, such as a proxy's page, is none.
func reasonWord(said []byte) string {
	word := strings.TrimSpace(string(said))
	if len(word) > 60 || strings.Trim(word, "abcdefghijklmnopqrstuvwxyz_") != "" {
		return ""
	}
	return word
}

// withoutURL takes the address out of an error of net/http.
func withoutURL(err error) error {
	if e, ok := errors.AsType[*url.Error](err); ok {
		return e.Err
	}
	return err
}

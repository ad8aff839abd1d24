package catapi

import (
	"context"
	"errors"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/go-json-experiment/json"
	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/sync/singleflight"
)

const (
	version3 = "2018-04-09"
	// maxRate3 is how many requests per second each action takes of an account.
	maxRate3 = 20
)

// IsAPI3 reports whether a task's id is one of API 3.0: "task-ab12cd34". Those of v2 are numbers.
func IsAPI3(task string) bool {
	id, ok := strings.CutPrefix(task, "task-")
	return ok && id != "" && strings.Trim(id, "0123456789abcdefghijklmnopqrstuvwxyz") == ""
}

// An api3 calls API 3.0 within the limits of its client.
type api3 struct {
	client   *Client
	url      *url.URL
	limits   *limits
	pageSize atomic.Int64 // probes asked for at once: as many as the API takes
	tasks    *lru.Cache[string, cachedTask]

	flights singleflight.Group // for one task, by id
}

func newAPI3(c *Client, endpoint *url.URL) *api3 {
	a := &api3{client: c, url: endpoint, limits: newLimits("3.0", min(c.cfg.Rate, maxRate3), c.log)}
	a.tasks, _ = lru.New[string, cachedTask](maxTasks) // fails for a size of 0 only
	a.pageSize.Store(maxPageSize)
	return a
}

// call3 calls action of API 3.0, signs each try anew, and returns what is under "Response".
func call3[T any, P response3[T]](ctx context.Context, a *api3, action string, params map[string]any) (T, error) {
	send := func() (response, secrets, error) {
		arrived, err := a.send(ctx, action, params)
		return arrived, a.client.secrets(""), err
	}
	return callWithRetry(ctx, a.client, action, a.limits, send, decode3[T, P])
}

// send signs and sends one request and reads the response. Its errors are *TransportErrors.
func (a *api3) send(ctx context.Context, action string, params map[string]any) (response, error) {
	payload, err := json.Marshal(params, lenient, json.Deterministic(true))
	if err != nil {
		return response{}, &TransportError{Op: opSend, Cause: err}
	}
	cfg, now := a.client.cfg, a.client.cfg.Now()
	signed := signable3{a.url.Host, "application/json", payload, now}
	header := map[string]string{
		"Authorization":  signed.authorization(cfg.SecretID, cfg.SecretKey),
		"Content-Type":   signed.ContentType,
		"X-TC-Action":    action,
		"X-TC-Version":   version3,
		"X-TC-Timestamp": strconv.FormatInt(now.Unix(), 10),
		"X-TC-Language":  "zh-CN", // of messages
		"X-TC-Region":    cfg.Region,
		"X-TC-Token":     cfg.Token,
	}
	return a.client.post(ctx, a.url.Scheme+"://"+a.url.Host+"/", header, string(payload))
}

// A response3 is a pointer to the type of what is under "Response".
type response3[T any] interface {
	*T
	header() *header3
}

// A header3 is part of each response of API 3.0. An error has the HTTP status 200.
type header3 struct {
	Error *struct {
		Code    string `json:"Code"`
		Message string `json:"Message"`
	} `json:"Error"`
	RequestID string `json:"RequestId"`
}

func (s *header3) header() *header3 { return s }

// decode3 decodes a response of API 3.0. It returns an *Error if the API returned one,
// and another error if body is not a response of the API.
func decode3[T any, P response3[T]](body []byte) (T, error) {
	var around struct {
		Response T `json:"Response"`
	}
	err := json.Unmarshal(body, &around, lenient)
	switch said := P(&around.Response).header(); {
	case said.Error != nil:
		return around.Response, &Error{CodeDesc: said.Error.Code, Message: said.Error.Message}
	case err != nil:
		return around.Response, readableError(err)
	case said.RequestID == "":
		return around.Response, errors.New("it has no RequestId")
	}
	return around.Response, nil
}

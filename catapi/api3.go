package catapi

import (
	"cmp"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"

	"github.com/go-json-experiment/json"
	lru "github.com/hashicorp/golang-lru/v2"
	"github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common"
	tchttp "github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common/http"
	"github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common/profile"
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

// An api3 calls API 3.0 within the limits of its client. The vendor's library signs and sends each request.
// Retries are done here, because the library does not retry network errors.
type api3 struct {
	client   *Client
	sdk      *common.Client
	limits   *limits
	pageSize atomic.Int64 // probes asked for at once: as many as the API takes
	tasks    *lru.Cache[string, cachedTask]

	flights singleflight.Group // for one task, by id
}

func newAPI3(c *Client, endpoint *url.URL) *api3 {
	p := profile.NewClientProfile()
	p.HttpProfile.Scheme = strings.ToUpper(endpoint.Scheme)
	p.HttpProfile.Endpoint = endpoint.Host
	p.HttpProfile.ReqTimeout = int(c.cfg.Timeout.Seconds()) + 1 // longer than the timeout of the context
	var credential common.CredentialIface = common.NewCredential(c.cfg.SecretID, c.cfg.SecretKey)
	if c.cfg.Token != "" {
		credential = common.NewTokenCredential(c.cfg.SecretID, c.cfg.SecretKey, c.cfg.Token)
	}
	sdk := common.NewCommonClient(credential, c.cfg.Region, p)
	sdk.WithHttpTransport(captureTransport{c, c.http.Transport})
	a := &api3{client: c, sdk: sdk, limits: newLimits("3.0", min(c.cfg.Rate, maxRate3), c.log)}
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

// send sends one request and reads the response. Its errors are *TransportErrors.
func (a *api3) send(ctx context.Context, action string, params map[string]any) (response, error) {
	limited, cancel := context.WithTimeout(ctx, a.client.cfg.Timeout)
	defer cancel()
	var arrived capturedResponse
	request := tchttp.NewCommonRequest("cat", version3, action)
	request.SetContext(context.WithValue(limited, capturedKey{}, &arrived))
	if err := request.SetActionParameters(params); err != nil {
		return response{}, &TransportError{Op: opSend, Cause: err}
	}
	if err := a.sdk.Send(request, tchttp.NewCommonResponse()); err != nil {
		op := opSend
		if arrived.status != 0 {
			op = opRead
		}
		cause := a.client.cause(ctx, cmp.Or(arrived.err, err))
		return response{}, &TransportError{Op: op, Status: arrived.status, Cause: cause}
	}
	return arrived.response, nil
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

// A capturedResponse is the response to one request. The library drops the status and the cause of a failure, and
// reads each body three times. So captureTransport reads the body, up to a limit, and gives the library an empty one.
type capturedResponse struct {
	response
	err error
}

// capturedKey is the key of the *capturedResponse in a request's context.
type capturedKey struct{}

// A captureTransport stores responses in the capturedResponse of their requests.
type captureTransport struct {
	client *Client
	next   http.RoundTripper
}

func (r captureTransport) RoundTrip(request *http.Request) (*http.Response, error) {
	arrived := request.Context().Value(capturedKey{}).(*capturedResponse)
	resp, err := r.next.RoundTrip(request)
	if err != nil {
		arrived.err = err
		return nil, err
	}
	defer resp.Body.Close()
	arrived.status, arrived.contentType = resp.StatusCode, resp.Header.Get("Content-Type")
	if arrived.body, err = r.client.readBody(resp); err != nil {
		arrived.err = err
		return nil, err
	}
	return &http.Response{
		StatusCode: http.StatusOK, ProtoMajor: 1, ProtoMinor: 1, Request: request,
		Header: http.Header{"Content-Type": {"application/json"}},
		Body:   io.NopCloser(strings.NewReader(`{"Response":{}}`)),
	}, nil
}

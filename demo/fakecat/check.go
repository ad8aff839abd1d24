package fakecat

import (
	"crypto/subtle"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// maxForm bounds a form, in bytes.
const maxForm = 64 << 10

// maxSkew is the largest difference of a Timestamp from the clock. Source:
// https://cloud.tencent.com/doc/api/239/1757; older pages say 2 hours.
const maxSkew = 5 * time.Minute

// A refusal is an answer with a code other than 0.
type refusal struct {
	code    int64
	message string // in Chinese as the API's own, after the code in brackets; empty means the usual one of the code
}

// refuse makes a refusal with the code in front of the message, as the API writes it.
func refuse(code int64, format string, args ...any) *refusal {
	return &refusal{code, fmt.Sprintf("(%d)", code) + fmt.Sprintf(format, args...)}
}

// params reads the parameters: the query of a GET, only the form of a POST.
func params(r *http.Request) (map[string]string, *refusal) {
	var form url.Values
	switch r.Method {
	case http.MethodGet:
		values, err := url.ParseQuery(r.URL.RawQuery)
		if err != nil {
			return nil, refuse(4000, "请求参数格式不正确")
		}
		form = values
	case http.MethodPost:
		r.Body = http.MaxBytesReader(nil, r.Body, maxForm)
		if err := r.ParseForm(); err != nil {
			return nil, refuse(4000, "请求参数格式不正确")
		}
		form = r.PostForm
	default:
		return nil, refuse(4000, "请求方法不支持")
	}
	single := make(map[string]string, len(form))
	for name, values := range form {
		if len(values) > 1 {
			return nil, refuse(4000, "参数 %s 重复", brief(name))
		}
		single[name] = values[0]
	}
	return single, nil
}

// check checks what all actions have in common, in this order: parameters, account, signature, time, nonce, token.
func (a *API) check(r *http.Request, params map[string]string) *refusal {
	for _, name := range []string{"Action", "Timestamp", "Nonce", "SecretId", "Signature"} {
		if params[name] == "" {
			return refuse(4000, "缺少公共请求参数 %s", name)
		}
	}
	// A Timestamp in milliseconds passes here and is far off below, as with the real one.
	seconds, err := strconv.ParseInt(params["Timestamp"], 10, 64)
	if err != nil {
		return refuse(4000, "Timestamp 不正确")
	}
	nonce, err := strconv.ParseUint(params["Nonce"], 10, 64)
	if err != nil || nonce == 0 {
		return refuse(4000, "Nonce 应为正整数")
	}
	if params["SecretId"] != secretID {
		return refuse(4104, "SecretId 不存在")
	}
	request := signed{r.Method, hostname(r.Host), r.URL.Path, params}
	if !request.genuine(secretKey) {
		return refuse(4100, "签名验证失败，请检查签名是否正确")
	}
	off := a.opts.Now().Unix() - seconds
	if off > int64(maxSkew/time.Second) || off < -int64(maxSkew/time.Second) {
		return refuse(4500, "重放攻击错误，Timestamp 与服务器时间相差超过 5 分钟")
	}
	if a.replays.seen(seconds, nonce) {
		return refuse(4500, "重放攻击错误，Nonce 与 Timestamp 重复")
	}
	if subtle.ConstantTimeCompare([]byte(params["Token"]), []byte(a.opts.Token)) == 0 {
		return refuse(4105, "Token 错误")
	}
	return nil
}

// hostname removes the port, which is not signed.
func hostname(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		return name
	}
	return host
}

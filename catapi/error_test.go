package catapi

import "testing"

func TestErrorCodesAndWhatTheyMean(t *testing.T) {
	type meaning struct{ retryable, refused, unauthorized, clock, quota bool }
	for _, tc := range []struct {
		name  string
		codes []int64
		want  meaning
	}{
		{"the question is at fault", []int64{4000, 5000, 10001, 20002}, meaning{refused: true}},
		{"the credentials are", []int64{4100, 4101, 4102, 4103, 4104, 4105, 4106, 4110}, meaning{unauthorized: true}},
		{"the clock is", []int64{4200, 4500}, meaning{retryable: true, clock: true}},
		{"too much was asked", []int64{4400}, meaning{retryable: true, quota: true}},
		{"the API stumbled", []int64{5100, 6000, 6200, 11000, 20004}, meaning{retryable: true}},
		{"nothing can be done, or nothing is known", []int64{4300, 4600, 5200, 5300, 5400, 5500, 6100, -514, 1}, meaning{}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			for _, code := range tc.codes {
				e := &Error{Code: code}
				if got := (meaning{e.Retryable(), e.Refused(), e.Unauthorized(), e.ClockSkew(), e.OverQuota()}); got != tc.want {
					t.Errorf("%d: got %+v, want %+v", code, got, tc.want)
				}
			}
		})
	}
}

func TestErrorTexts(t *testing.T) {
	for _, tc := range []struct {
		err  Error
		want string
	}{
		{Error{10001, "InvalidParameter", "(100004)projectId 不正确"}, "cat api answered code 10001 InvalidParameter: (100004)projectId 不正确"},
		{Error{4100, "", "签名失败"}, "cat api answered code 4100: 签名失败"},
		{Error{Code: -5}, "cat api answered code -5"},
	} {
		if got := tc.err.Error(); got != tc.want {
			t.Errorf("got %q, want %q", got, tc.want)
		}
	}
}

func TestGarbageSaysWhatArrived(t *testing.T) {
	for _, tc := range []struct {
		name string
		api  *fakeAPI
		want string
	}{
		{"a page", newFakeAPI(t, page(200, "text/html; charset=utf-8", "<html>\n<b>Welcome</b>, stranger, to the gateway of the office</html>")),
			`cat api: decoding the response: http status 200: no JSON: invalid character '<' at start of value after byte 0: ` +
				`68 bytes of "text/html; charset=utf-8" came, beginning "<html> <b>Welcome</b>, stranger, to the …" (after 4 tries)`},
		{"a gateway's error", newFakeAPI(t, page(502, "text/plain", "bad gateway")),
			`cat api: reading the response: http status 502: 11 bytes of "text/plain" came, beginning "bad gateway" (after 4 tries)`},
		{"too much", newFakeAPI(t, text(string(manyRows(100)))),
			`cat api: reading the response: http status 200: the answer is too large: more than 4096 bytes of application/json`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c, _ := newTestClient(t, Config{URL: tc.api.URL, MaxResponse: 4096})
			if _, err := c.Agents(t.Context()); err == nil || err.Error() != tc.want {
				t.Errorf("got  %v\nwant %s", err, tc.want)
			}
		})
	}
}

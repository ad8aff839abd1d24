package catapi

import (
	"crypto/tls"
	"errors"
	"math"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestTheDocumentsExampleIsAskedAndAnswered(t *testing.T) {
	api := newFakeAPI(t, text(documented))
	now := time.Unix(1495699202, 0)
	c, _ := newTestClient(t, Config{URL: api.URL + "/v2/index.php", Now: func() time.Time { return now }})
	got, err := c.ReturnCodeHistory(t.Context(), morning)
	if err != nil {
		t.Fatal(err)
	}
	want := History{Query: morning, Rows: []Row{row}, Summary: []CodeTotal{{10016, "Ping超时", 982}}, FetchedAt: now}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}

	if len(api.forms) != 1 {
		t.Fatalf("%d requests", len(api.forms))
	}
	form := api.forms[0]
	params := map[string]string{}
	for name := range form {
		params[name] = form.Get(name)
	}
	signature, nonce := params["Signature"], params["Nonce"]
	delete(params, "Signature")
	if want := (signable{"POST", "127.0.0.1", "/v2/index.php", params}).sign(testKey); signature != want {
		t.Errorf("signature %s, want %s", signature, want)
	}
	delete(params, "Nonce")
	if nonce == "" || strings.Trim(nonce, "0123456789") != "" || nonce == "0" {
		t.Errorf("nonce %q", nonce)
	}
	if diff := cmp.Diff(map[string]string{
		"Action":   "GetCatReturnCodeHistory",
		"SecretId": testID, "SignatureMethod": "HmacSHA256", "Timestamp": "1495699202",
		"taskId": "126531", "beginTime": "2017-05-25 00:00:00", "endTime": "2017-05-25 08:10:00", "province": "jiangxi",
	}, params); diff != "" {
		t.Errorf("parameters (-want +got):\n%s", diff)
	}
}

func TestRegionTokenAndProvinceAreSentOnlyWhenSet(t *testing.T) {
	api := newFakeAPI(t, text(okAnswer))
	plain, _ := newTestClient(t, Config{URL: api.URL})
	full, _ := newTestClient(t, Config{URL: api.URL, Region: "ap-guangzhou", Token: testToken})
	everywhere := morning
	everywhere.Province = ""
	for _, ask := range []struct {
		client *Client
		query  Query
	}{{plain, everywhere}, {full, morning}} {
		if _, err := ask.client.ReturnCodeHistory(t.Context(), ask.query); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"Region", "Token", "province"} {
		if api.forms[0].Has(name) {
			t.Errorf("%s is sent though it is not set", name)
		}
	}
	if form := api.forms[1]; form.Get("Region") != "ap-guangzhou" || form.Get("Token") != testToken ||
		form.Get("province") != "jiangxi" {
		t.Errorf("sent %v", form)
	}
	params := map[string]string{}
	for name := range api.forms[1] {
		params[name] = api.forms[1].Get(name)
	}
	delete(params, "Signature")
	if want := (signable{"POST", "127.0.0.1", "/", params}).sign(testKey); api.forms[1].Get("Signature") != want {
		t.Error("Region and Token are not signed")
	}
}

func TestTimesAreSentInBeijingsZone(t *testing.T) {
	newYork := zone(t, "America/New_York")
	local := time.Local
	time.Local = newYork
	t.Cleanup(func() { time.Local = local })
	api := newFakeAPI(t, text(`{"code":0,"data":{"detail":[{"ispName":"移动","resultCount":1,"resultCode":1,"startTime":"2017-05-25 02:08:00","endTime":""}]}}`))
	c, _ := newTestClient(t, Config{URL: api.URL})
	for _, q := range []Query{
		{Task: "1", Begin: time.Date(2017, 5, 24, 12, 0, 0, 0, newYork), End: time.Date(2017, 5, 24, 20, 10, 0, 0, newYork)},
		{Task: "1", Begin: morning.Begin.UTC(), End: morning.End.Local()},
	} {
		h, err := c.ReturnCodeHistory(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		form := api.forms[len(api.forms)-1]
		if form.Get("beginTime") != "2017-05-25 00:00:00" || form.Get("endTime") != "2017-05-25 08:10:00" {
			t.Errorf("asked from %s to %s", form.Get("beginTime"), form.Get("endTime"))
		}
		if got, want := h.Rows[0].First, beijing("2017-05-25 02:08:00"); !got.Equal(want) || got.Location() != Beijing {
			t.Errorf("first seen %v, want %v", got, want)
		}
	}
}

func TestEachDayIsAskedForAlone(t *testing.T) {
	api := newFakeAPI(t, text(documented))
	c, _ := newTestClient(t, Config{URL: api.URL})
	q := Query{Task: "126531", Begin: beijing("2017-05-24 20:00:00"), End: beijing("2017-05-26 00:00:00")}
	h, err := c.ReturnCodeHistory(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, form := range api.forms {
		got[form.Get("beginTime")] = form.Get("endTime")
	}
	if diff := cmp.Diff(map[string]string{
		"2017-05-24 20:00:00": "2017-05-25 00:00:00",
		"2017-05-25 00:00:00": "2017-05-26 00:00:00",
	}, got); diff != "" {
		t.Errorf("windows (-want +got):\n%s", diff)
	}
	if len(h.Rows) != 1 || h.Rows[0].Count != 2*982 || h.Query != q {
		t.Errorf("got %+v", h)
	}
}

func TestAQueryWithoutTaskOrTimeIsNotAsked(t *testing.T) {
	api := newFakeAPI(t, text(okAnswer))
	c, _ := newTestClient(t, Config{URL: api.URL})
	for name, change := range map[string]func(*Query){
		"no task":                   func(q *Query) { q.Task = "" },
		"an empty window":           func(q *Query) { q.End = q.Begin },
		"a window back in time":     func(q *Query) { q.Begin, q.End = q.End, q.Begin },
		"less than a second's time": func(q *Query) { q.End = q.Begin.Add(time.Second - 1) },
	} {
		q := morning
		change(&q)
		if _, err := c.ReturnCodeHistory(t.Context(), q); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if len(api.forms) > 0 {
		t.Errorf("%d requests", len(api.forms))
	}
}

func TestAgentsAreAskedFor(t *testing.T) {
	api := newFakeAPI(t,
		text(`{"code":0,"data":{"agent":[{"province":"sichuan","provinceName":"四川","isp":"cmc","ispName":"移动"}]}}`))
	c, _ := newTestClient(t, Config{URL: api.URL})
	agents, err := c.Agents(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]Agent{{"sichuan", "四川", "cmc", "移动"}}, agents); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := api.forms[0].Get("Action"); got != "DescribeAgentList" {
		t.Errorf("action %s", got)
	}
}

func TestConnectionsAreUsedAgain(t *testing.T) {
	var opened atomic.Int32
	server := httptest.NewUnstartedServer(page(http.StatusBadRequest, "application/json", okAnswer))
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			opened.Add(1)
		}
	}
	server.Start()
	t.Cleanup(server.Close)
	c, _ := newTestClient(t, Config{URL: server.URL})
	for range 20 {
		if _, err := c.Agents(t.Context()); err == nil {
			t.Fatal("status 400 is no error")
		}
	}
	if opened.Load() != 1 {
		t.Errorf("%d connections for 20 requests", opened.Load())
	}
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	elsewhere := newFakeAPI(t, text(okAnswer))
	api := newFakeAPI(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, elsewhere.URL, http.StatusTemporaryRedirect)
	})
	c, _ := newTestClient(t, Config{URL: api.URL})
	_, err := c.Agents(t.Context())
	lost, ok := errors.AsType[*TransportError](err)
	if !ok || lost.Status != http.StatusTemporaryRedirect {
		t.Errorf("got %v", err)
	}
	if len(elsewhere.forms) > 0 {
		t.Errorf("the form was sent on: %v", elsewhere.forms)
	}
	if len(api.forms) != 1 {
		t.Errorf("%d tries", len(api.forms))
	}
}

func TestOnlyTrustedServersOfThisDecadeAreSpokenTo(t *testing.T) {
	t.Run("a certificate nobody signed", func(t *testing.T) {
		server := quietTLS(t, &tls.Config{})
		c, waits := newTestClient(t, Config{URL: server.URL})
		_, err := c.Agents(t.Context())
		if _, ok := errors.AsType[*tls.CertificateVerificationError](err); !ok || len(*waits) > 0 {
			t.Errorf("got %v after %d waits", err, len(*waits))
		}
	})
	t.Run("TLS 1.1", func(t *testing.T) {
		server := quietTLS(t, &tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11})
		c, _ := newTestClient(t, Config{URL: server.URL})
		if _, err := c.Agents(t.Context()); err == nil || !strings.Contains(err.Error(), "protocol version") {
			t.Errorf("got %v", err)
		}
	})
}

func quietTLS(t *testing.T, cfg *tls.Config) *httptest.Server {
	server := httptest.NewUnstartedServer(text(okAnswer))
	server.TLS = cfg
	server.Config.ErrorLog = noLog
	server.StartTLS()
	t.Cleanup(server.Close)
	return server
}

func TestConfigurationsThatAreRefused(t *testing.T) {
	for _, tc := range []struct {
		name   string
		change func(*Config)
		want   string // empty: it is taken
	}{
		{"no more than is needed", func(*Config) {}, ""},
		{"plain http to this machine, by address", func(c *Config) { c.URL = "http://127.0.0.1:80/v2/index.php" }, ""},
		{"plain http to this machine, by IPv6", func(c *Config) { c.URL = "http://[::1]:80/" }, ""},
		{"plain http to this machine, by name", func(c *Config) { c.URL = "http://localhost/" }, ""},
		{"plain http to another", func(c *Config) { c.URL = "http://catapi.api.qcloud.com/v2/index.php" }, "in the clear"},
		{"plain http to a name that only looks local", func(c *Config) { c.URL = "http://localhost.example.com/" }, "in the clear"},
		{"plain http to all of this network", func(c *Config) { c.URL = "http://0.0.0.0/" }, "in the clear"},
		{"another scheme", func(c *Config) { c.URL = "ftp://catapi.api.qcloud.com/" }, "https://"},
		{"no scheme", func(c *Config) { c.URL = "catapi.api.qcloud.com/v2/index.php" }, "no host"},
		{"no URL at all", func(c *Config) { c.URL = "https://pass word" }, "not a valid URL"},
		{"a password in the URL", func(c *Config) { c.URL = "https://user:hunter2@example.com/" }, "before its host"},
		{"a query in the URL", func(c *Config) { c.URL = "https://example.com/?hunter2" }, "after its path"},
		{"no secret id", func(c *Config) { c.SecretID = "" }, "secret id"},
		{"no secret key", func(c *Config) { c.SecretKey = "" }, "secret key"},
		{"no URL", func(c *Config) { c.URL = "" }, "no host"},
		{"no URL of API 3.0", func(c *Config) { c.URL3 = "" }, "no host"},
		{"no rate", func(c *Config) { c.Rate = 0 }, "the rate is 0"},
		{"a negative rate", func(c *Config) { c.Rate = -1 }, "the rate is -1"},
		{"a rate without end", func(c *Config) { c.Rate = math.Inf(1) }, "the rate is +Inf"},
		{"a rate that is no number", func(c *Config) { c.Rate = math.NaN() }, "the rate is NaN"},
		{"no largest answer", func(c *Config) { c.MaxResponse = 0 }, "largest response"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			cfg := complete(Config{})
			tc.change(&cfg)
			_, err := New(cfg)
			switch {
			case tc.want == "" && err != nil:
				t.Errorf("refused: %v", err)
			case tc.want != "" && (err == nil || !strings.Contains(err.Error(), tc.want)):
				t.Errorf("error %v does not say %q", err, tc.want)
			case err != nil && strings.Contains(err.Error(), "hunter2"):
				t.Errorf("error %v repeats a password", err)
			}
		})
	}
}

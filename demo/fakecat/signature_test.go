package fakecat

import (
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"
)

// A vector is a signed request of the vendor's documents, its SDKs' tests, or runs of its SDK for Node.
type vector struct {
	Name, Method, Host, Path, SecretKey, StringToSign, Signature, Wire string
	Params                                                             map[string]string
}

func vectors(t *testing.T) []vector {
	t.Helper()
	data, err := os.ReadFile("testdata/signature_vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var all []vector
	if err := json.Unmarshal(data, &all); err != nil {
		t.Fatal(err)
	}
	if len(all) < 20 {
		t.Fatalf("only %d vectors", len(all))
	}
	return all
}

func TestTheVendorsSignaturesAreGenuineAndTamperedOnesAreNot(t *testing.T) {
	for _, v := range vectors(t) {
		t.Run(v.Name, func(t *testing.T) {
			with := func(name, value string) signed {
				params := maps.Clone(v.Params)
				params["Signature"] = v.Signature
				params[name] = value
				return signed{v.Method, v.Host, v.Path, params}
			}
			untouched := with("Signature", v.Signature)
			if got := untouched.text(); got != v.StringToSign {
				t.Errorf("string to sign\n got %s\nwant %s", got, v.StringToSign)
			}
			if !untouched.genuine(v.SecretKey) {
				t.Error("the signature is refused")
			}
			if untouched.genuine(v.SecretKey + "x") {
				t.Error("another key will do")
			}
			otherHost, otherMethod := untouched, untouched
			otherHost.host, otherMethod.method = "127.0.0.1", "PUT"
			for what, forged := range map[string]signed{
				"a changed value":     with("Nonce", v.Params["Nonce"]+"0"),
				"one more parameter":  with("province", v.Params["province"]+"jiangxi"),
				"an empty signature":  with("Signature", ""),
				"half a signature":    with("Signature", v.Signature[:len(v.Signature)/2]),
				"no base64":           with("Signature", "%"+v.Signature[1:]),
				"another host":        otherHost,
				"another HTTP method": otherMethod,
			} {
				if forged.genuine(v.SecretKey) {
					t.Errorf("%s is taken", what)
				}
			}
		})
	}
}

func TestUnderscoresOfNamesAreSignedAsDots(t *testing.T) {
	request := signed{"POST", "cvm.api.qcloud.com", path,
		map[string]string{"Placement_Zone": "CN_GUANGZHOU", "Nonce": "1"}}
	const want = "POSTcvm.api.qcloud.com/v2/index.php?Nonce=1&Placement.Zone=CN_GUANGZHOU"
	if got := request.text(); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// The vectors for CAT are of this API's own account, so they can be sent as they stand.
func TestTheVendorsSDKIsAnsweredOverTheWire(t *testing.T) {
	sent := 0
	for _, v := range vectors(t) {
		if v.Params["Action"] != "GetCatReturnCodeHistory" || v.Params["beginTime"] == "" {
			continue
		}
		sent++
		t.Run(v.Name, func(t *testing.T) {
			seconds, err := strconv.ParseInt(v.Params["Timestamp"], 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			c := start(t, Options{Now: func() time.Time { return time.Unix(seconds, 0) }, Token: v.Params["Token"]})
			url, body := c.URL(), io.Reader(strings.NewReader(v.Wire))
			if v.Method == http.MethodGet {
				url, body = url+"?"+v.Wire, nil
			}
			req, err := http.NewRequest(v.Method, url, body)
			if err != nil {
				t.Fatal(err)
			}
			req.Host = v.Host + ":443" // the port is not signed
			req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			resp, err := c.http.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			data := bodyOf(t, resp)
			got := read(t, resp.StatusCode, data)
			switch v.Params["province"] {
			case "jiangxi":
				if got.total() != 982 {
					t.Errorf("%d failures, want 982: %s", got.total(), data)
				}
			case "江西": // signed well, but provinces go by their codes
				wantCode(t, got, 10001, "province")
			default:
				wantCode(t, got, 0, "")
			}
		})
	}
	if sent < 6 {
		t.Fatalf("only %d vectors were sent", sent)
	}
}

package catapi

import (
	"encoding/json"
	"net/url"
	"os"
	"testing"
)

// The vectors come from the vendor's documents, from its SDKs' own tests, and from runs of its SDK for Node.
// Left out are two quirks of that SDK: a name that begins with "_", and a value that begins with "@".
func TestSignatureVectors(t *testing.T) {
	data, err := os.ReadFile("testdata/signature_vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var vectors []struct {
		Name, Method, Host, Path, SecretKey, StringToSign, Signature, Wire string
		Params                                                             map[string]string
	}
	if err := json.Unmarshal(data, &vectors); err != nil {
		t.Fatal(err)
	}
	if len(vectors) < 20 {
		t.Fatalf("only %d vectors", len(vectors))
	}
	for _, v := range vectors {
		t.Run(v.Name, func(t *testing.T) {
			request := signable{v.Method, v.Host, v.Path, v.Params}
			if got := request.stringToSign(); got != v.StringToSign {
				t.Errorf("string to sign\n got %s\nwant %s", got, v.StringToSign)
			}
			if got := request.sign(v.SecretKey); got != v.Signature {
				t.Errorf("signature %s, want %s", got, v.Signature)
			}
			form := url.Values{"Signature": {request.sign(v.SecretKey)}}
			for name, value := range v.Params {
				form.Set(name, value)
			}
			if got := form.Encode(); got != v.Wire {
				t.Errorf("on the wire\n got %s\nwant %s", got, v.Wire)
			}
		})
	}
}

func TestUnderscoresOfNamesAreSignedAsDots(t *testing.T) {
	request := signable{
		"POST", "cvm.api.qcloud.com", "/v2/index.php",
		map[string]string{"Placement_Zone": "CN_GUANGZHOU", "Nonce": "1"},
	}
	const want = "POSTcvm.api.qcloud.com/v2/index.php?Nonce=1&Placement.Zone=CN_GUANGZHOU"
	if got := request.stringToSign(); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

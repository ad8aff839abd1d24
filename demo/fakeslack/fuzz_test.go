package fakeslack_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"catbot/demo/fakeslack"
)

// Whatever the bytes: no panic, problems with a code and a pointer into the blocks, the same ones each time.
func FuzzValidateMessage(f *testing.F) {
	samples, err := os.ReadFile("testdata/valid_blocks.json")
	if err != nil {
		f.Fatal(err)
	}
	var each []json.RawMessage
	if err := json.Unmarshal(samples, &each); err != nil {
		f.Fatal(err)
	}
	for _, b := range each {
		f.Add([]byte("[" + string(b) + "]"))
	}
	f.Add([]byte("null"))
	f.Add([]byte(`[{"type":"data_visualization","title":7,"chart":{"type":"bar","series":[[]],"axis_config":[]}}]`))
	f.Add([]byte(`[{"type":"data_table","caption":"c","rows":[[],7,[[]]]}]`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		problems := fakeslack.ValidateMessage(raw)
		for _, p := range problems {
			if p.Code == "" || p.Message == "" || !strings.HasPrefix(p.Pointer, "/blocks") {
				t.Errorf("%+v", p)
			}
		}
		again := fakeslack.ValidateMessage(raw)
		if len(again) != len(problems) {
			t.Errorf("%v, then %v", problems, again)
		}
		// Slack-go's reading of the same chart is older and narrower: what it finds good must be taken.
		var blocks slack.Blocks
		if len(problems) > 0 && json.Unmarshal(raw, &blocks) == nil && len(blocks.BlockSet) == 1 {
			if chart, ok := blocks.BlockSet[0].(*slack.DataVisualizationBlock); ok && chart.Validate() == nil &&
				utf8.Valid(raw) {
				written, err := json.Marshal([]slack.Block{chart})
				if err != nil {
					return
				}
				if p := fakeslack.ValidateMessage(written); len(p) > 0 && len(chart.BlockID) < 256 {
					t.Errorf("%v in %s", p, written)
				}
			}
		}
	})
}

// Whatever is posted to a response_url: an answer, and a message only for an "ok".
func FuzzResponseURL(f *testing.F) {
	w := start(f, fakeslack.Options{})
	drain(f, w)
	for _, body := range []string{
		"", "null", "[]", `{"text":"x"}`, `{"delete_original":true}`, `{"replace_original":"true","text":"x"}`,
		`{"text":"x","blocks":null,"metadata":{"event_type":"","event_payload":null}}`,
		`{"blocks":"[]"}`, `{"text":{}}`,
	} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		i := slash(t, w, "")
		r := httptest.NewRequest(http.MethodPost, i.ResponseURL(), strings.NewReader(string(body)))
		rec := httptest.NewRecorder()
		w.Handler().ServeHTTP(rec, r)
		posted := len(i.Messages())
		if ok := rec.Body.String() == "ok"; rec.Code != 200 && rec.Code != 400 || posted > 0 && !ok {
			t.Errorf("%q was answered %d %s and left %d messages", body, rec.Code, rec.Body, posted)
		}
	})
}

// Whatever an ack says: the socket lasts, and what is posted can be read.
func FuzzAck(f *testing.F) {
	for _, payload := range []string{`null`, `""`, `"x"`, `{}`, `[]`, `{"text":"x"}`, `{"blocks":[{"type":"divider"}]}`,
		`{"text":1,"response_type":[]}`} {
		f.Add(payload)
	}
	w := start(f, fakeslack.Options{})
	drain(f, w)
	f.Fuzz(func(t *testing.T, payload string) {
		i := slash(t, w, "")
		w.Ack(i.ID, json.RawMessage(payload))
		<-i.Acked()
		for _, m := range i.Messages() {
			if m.Text == "" && len(m.Decoded()) == 0 {
				t.Errorf("%s posted nothing", payload)
			}
		}
	})
}

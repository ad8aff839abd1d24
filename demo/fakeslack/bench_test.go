package fakeslack_test

import (
	"encoding/json"
	"strings"
	"testing"

	"catbot/demo/fakeslack"
)

// reply is about what the bot answers: a header, a chart, 15 sections.
func reply() string {
	return "[" + header("126531") + "," + isps(repeat(20, `"%d"`),
		repeat(6, `{"name":"%d","data":[`+strings.ReplaceAll(repeat(20, `{"label":"%d","value":1}`), "%", "%%")+`]}`)) +
		"," + strings.Trim(sections(15, 200), "[]") + "]"
}

func BenchmarkValidateMessage(b *testing.B) {
	raw := json.RawMessage(reply())
	if p := fakeslack.ValidateMessage(raw); len(p) > 0 {
		b.Fatal(p)
	}
	b.SetBytes(int64(len(raw)))
	b.ReportAllocs()
	for b.Loop() {
		fakeslack.ValidateMessage(raw)
	}
}

// From a command that is typed to the answer that is seen, over two sockets and without a bot's work between.
func BenchmarkCommandToAnswer(b *testing.B) {
	w := start(b, fakeslack.Options{})
	drain(b, w)
	body := `{"text":"x","blocks":` + reply() + `}`
	b.ReportAllocs()
	for b.Loop() {
		i := slash(b, w, "codes 126531")
		w.Ack(i.ID, nil)
		if _, answer := post(b, i.ResponseURL(), body); answer != "ok" {
			b.Fatal(answer)
		}
		if _, err := i.Wait(b.Context(), nil); err != nil {
			b.Fatal(err)
		}
	}
}

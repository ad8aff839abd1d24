package bot_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"catbot/bot"
	"catbot/catapi"
	"catbot/demo/fakeslack"
)

func TestConditionWarnsOfUnsuitableWindow(t *testing.T) {
	t.Parallel()
	const short, long = "probed every 30 min", "reported that late"
	r := connect(t, setup{digests: &bot.Digests{}, tasks: func(context.Context) ([]catapi.Task, error) {
		return []catapi.Task{
			{ID: "126531", Name: "site", Interval: 30 * time.Minute},
			{ID: "126540", Name: "shop", Interval: 5 * time.Minute},
		}, nil
	}})
	for text, want := range map[string]string{
		"every 15m if >100 codes 126531 last 15m":        short + " last 30m",
		"every 15m if >100 codes 126540 126531 last 15m": short,
		"every 5m if >100 codes 126540 last 24h":         long + " last 5m",
		"every 5m if >100 codes 126540 last 15m":         "",
		"every 5m codes 126531 last 15m":                 "",
		"every 15m if >100 codes 126999 last 15m":        "",
	} {
		said := r.says(t, fakeslack.Alice, fakeslack.Ops, "digest add "+text, "is added")
		for _, part := range []string{short, long} {
			if strings.Contains(said, part) != strings.HasPrefix(want, part) {
				t.Errorf("%s is answered\n%s", text, said)
			}
		}
		if _, better, ok := strings.Cut(want, " last "); ok && !strings.Contains(said, ": `last "+better) {
			t.Errorf("%s is answered without a better window:\n%s", text, said)
		}
	}
	said := r.says(t, fakeslack.Alice, fakeslack.Ops, "watch 126531 if >100", "codes 126531 last 30m")
	if strings.Contains(said, short) || strings.Contains(said, long) {
		t.Errorf("the window that watch chooses is answered\n%s", said)
	}
	r.presses(t, fakeslack.Alice, r.reads(t, r.types(t, "codes 126531 last 8h"), "Ping超时"), "digest", "")
	r.form(t, fakeslack.Alice)
	r.enters(t, fakeslack.Alice, map[string]string{"schedule": "every 15m", "over": "100"})
	r.sends(t, fakeslack.Alice)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if _, err := r.WaitMessage(ctx, func(m fakeslack.Message) bool {
		return strings.Contains(string(m.Blocks), long) && strings.Contains(m.Text, "is added") &&
			strings.Contains(string(m.Blocks), "last 30m")
	}); err != nil {
		t.Errorf("who fills the form in is not warned: %v\n%s", err, r.log)
	}
}

func TestConditionWarnsOfUnknownInterval(t *testing.T) {
	t.Parallel()
	const unknown = "how often task 126531 is probed"
	r := connect(t, setup{digests: &bot.Digests{}, tasks: func(context.Context) ([]catapi.Task, error) {
		return nil, errors.New("the line is cut")
	}})
	if said := r.says(
		t, fakeslack.Alice, fakeslack.Ops, "digest add every 15m if >100 codes 126531 last 15m", "is added",
	); !strings.Contains(said, unknown) {
		t.Errorf("it is answered\n%s", said)
	}
	if said := r.says(
		t, fakeslack.Alice, fakeslack.Ops, "digest add every 15m codes 126531 last 15m", "is added",
	); strings.Contains(said, unknown) {
		t.Errorf("without a condition it is answered\n%s", said)
	}
}

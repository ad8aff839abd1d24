package bot_test

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"catbot/bot"
	"catbot/demo/fakeslack"
)

func TestFetchSelfRetriesUntilSlackAnswers(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name  string
		fault fakeslack.Fault
		says  string // in the log, once
	}{
		{"at once", fakeslack.Fault{}, ""},
		{"when Slack is back", fakeslack.Fault{Drop: true}, "authenticating with slack failed"},
		{"when Slack has no more trouble of its own", fakeslack.Fault{Status: 503}, "authenticating with slack failed"},
		{"when the token is fixed", fakeslack.Fault{Error: "invalid_auth"}, "check SLACK_BOT_TOKEN"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w, err := fakeslack.Start(fakeslack.Options{Enterprise: "E0GRID"})
			if err != nil {
				t.Fatal(err)
			}
			defer w.Close()
			if tc.says != "" {
				w.Fail("auth.test", 2, tc.fault)
			}
			log, told := &logBuffer{}, 0
			self, err := bot.FetchSelf(t.Context(), slackOf(w), func(string) { told++ },
				slog.New(slog.NewJSONHandler(log, nil)))
			if err != nil {
				t.Fatal(err)
			}
			want := bot.Self{
				Team: fakeslack.TeamID, TeamName: "workspace", Enterprise: "E0GRID", User: fakeslack.BotUserID,
				Bot: "B0CATBOT",
			}
			if self != want {
				t.Errorf("it is %+v, want %+v", self, want)
			}
			if tc.says != "" && (strings.Count(log.String(), tc.says) != 1 || told != 2) {
				t.Errorf("told %d times, and logged:\n%s", told, log)
			}
			if n := strings.Count(log.String(), "authenticated with slack"); n != 1 {
				t.Errorf("success is logged %d times", n)
			}
			if strings.Contains(log.String(), w.BotToken()) {
				t.Error("the log holds the token")
			}
		})
	}
}

func TestFetchSelfStopsWithItsContext(t *testing.T) {
	t.Parallel()
	w, err := fakeslack.Start(fakeslack.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	w.Fail("auth.test", fakeslack.Always, fakeslack.Fault{RetryAfter: time.Hour})
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	if _, err := bot.FetchSelf(
		ctx, slackOf(w), func(string) { stop() }, slog.New(slog.DiscardHandler),
	); err != context.Canceled {
		t.Errorf("it ends with %v", err)
	}
}

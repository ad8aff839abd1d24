package cli

import (
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"catbot/demo/fakecat"
	"catbot/demo/fakeslack"
	"catbot/store/redistest"
)

func TestUsageErrorExitsWith2(t *testing.T) {
	clean(t)
	for _, line := range []string{
		"frobnicate", "--frob", "ask --frob", "doctor now", "demo --seed many", "help frobnicate", "completion frob",
		"version 2",
	} {
		out, errs, code := catbot(t, strings.Fields(line)...)
		if code != 2 || out != "" || !strings.Contains(errs, "catbot --help") {
			t.Errorf("%s: exit code %d, printed %q and %q", line, code, out, errs)
		}
	}
	for _, line := range []string{"--help", "ask --help", "help ask", "completion bash", "--version"} {
		if out, errs, code := catbot(t, strings.Fields(line)...); code != 0 || out == "" {
			t.Errorf("%s: exit code %d, printed %q and %q", line, code, out, errs)
		}
	}
	if out, _, _ := catbot(t, "--help"); !strings.Contains(out, "ends with 0") {
		t.Errorf("help tells of no exit codes: %s", out)
	}
}

// settingUp is a set-up in which all is well, for a test to spoil.
func settingUp(t *testing.T) *fakeslack.Workspace {
	t.Helper()
	slack, err := fakeslack.Start(fakeslack.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(slack.Close)
	useProbes(t, startProbes(t, fakecat.Options{}))
	t.Setenv("SLACK_APP_TOKEN", slack.AppToken())
	t.Setenv("SLACK_BOT_TOKEN", slack.BotToken())
	t.Setenv("SLACK_API_URL", slack.APIURL())
	return slack
}

func TestDoctorFindsSwappedTokens(t *testing.T) {
	settingUp(t)
	app, bot := os.Getenv("SLACK_APP_TOKEN"), os.Getenv("SLACK_BOT_TOKEN")
	t.Setenv("SLACK_APP_TOKEN", bot)
	t.Setenv("SLACK_BOT_TOKEN", app)
	out, _, code := catbot(t, "doctor")
	for _, want := range []string{
		"SLACK_APP_TOKEN: holds a bot token", "SLACK_BOT_TOKEN: holds an app-level token", "swap the two",
		"skip  Slack bot token",
	} {
		if code != 1 || !strings.Contains(out, want) {
			t.Errorf("exit code %d, and it does not say %q:\n%s", code, want, out)
		}
	}
	if strings.Contains(out, app) || strings.Contains(out, bot) {
		t.Errorf("a token shows:\n%s", out)
	}
}

func TestDoctorShowsWrongSettingsAndSkippedChecks(t *testing.T) {
	settingUp(t)
	for _, tc := range []struct{ variable, value, says, leaves string }{
		{"CAT_API_URL", "http://cat.example.com", `CAT_API_URL: is "http://cat.example.com"`, "skip  CAT, both APIs: not checked before you have fixed CAT_API_URL"},
		{"CAT_API_URL", "http://user:sesame@cat.example.com", `CAT_API_URL: is "http://[hidden]@cat.example.com"`, "skip  CAT"},
		{"SLACK_API_URL", "ftp://slack.example.com", `SLACK_API_URL: is "ftp://slack.example.com/"`, "skip  Slack app token"},
		{"CAT_RATE", "-3", `CAT_RATE: is "-3"`, "skip  CAT"},
		{"WORKERS", "5000", `WORKERS: is "5000"`, "ok    Slack bot token"},
		{"TIMEZONE", "Mars/Base", `TIMEZONE: is "Mars/Base"`, "ok    CAT, API v2"},
		{"BOT_LANGUAGE", "fr", `BOT_LANGUAGE: is "fr"`, "ok    CAT, API v2"},
		{"HTTP_ADDR", "8080", `HTTP_ADDR: is "8080"`, "ok    CAT, API v2"},
		{"ADMIN_USERS", "U1,bob", `ADMIN_USERS: is "bob"`, "ok    CAT, API v2"},
		{"LOG_FORMAT", "xml", `LOG_FORMAT: is "xml"`, "ok    CAT, API v2"},
		{"CAT_RATE", "fast", `CAT_RATE: is "fast"`, "ok    CAT, API v2"},
		{"REDIS_URL", "http://user:sesame@redis.example.com", `REDIS_URL: is "http://[hidden]@redis.example.com"`, "ok    CAT, API v2"},
	} {
		t.Run(tc.variable+" "+tc.value, func(t *testing.T) {
			t.Setenv(tc.variable, tc.value)
			out, _, code := catbot(t, "doctor")
			if code != 1 || !strings.Contains(out, tc.says) || !strings.Contains(out, tc.leaves) ||
				strings.Contains(out, "sesame") {
				t.Errorf("exit code %d:\n%s", code, out)
			}
		})
	}
}

func TestDoctorExplainsFailedConnection(t *testing.T) {
	settingUp(t)
	t.Setenv("CAT_API_URL", "https://cat.invalid/")
	t.Setenv("CAT_API3_URL", "https://cat3.invalid/")
	out, _, code := catbot(t, "doctor")
	if code != 1 || strings.Contains(out, "own words") ||
		!strings.Contains(out, "check that this machine reaches CAT_API_URL") ||
		!strings.Contains(out, "cat.invalid") {
		t.Errorf("exit code %d:\n%s", code, out)
	}
}

func TestDoctorChecksDataDirWithoutCreatingIt(t *testing.T) {
	settingUp(t)
	dir := filepath.Join(t.TempDir(), "not", "there")
	t.Setenv("DATA_DIR", dir)
	out, _, code := catbot(t, "doctor")
	if code != 0 || !strings.Contains(out, "kept in "+dir+", which catbot makes when it starts") {
		t.Errorf("exit code %d:\n%s", code, out)
	}
	if _, err := os.Stat(filepath.Dir(dir)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("doctor made %s: %v", filepath.Dir(dir), err)
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("DATA_DIR", file)
	if out, _, code := catbot(t, "doctor"); code != 1 || !strings.Contains(out, "DATA_DIR: is \""+file) {
		t.Errorf("a file in its place: exit code %d:\n%s", code, out)
	}
}

func TestDoctorShowsRedisWithoutPassword(t *testing.T) {
	settingUp(t)
	redis := redistest.Start(t, "--requirepass", "sesame")
	t.Setenv("REDIS_URL", strings.Replace(redis.URL(), "redis://", "redis://:sesame@", 1))
	out, _, code := catbot(t, "doctor")
	if code != 0 || !strings.Contains(out, "ok    Redis: redis://"+redis.Addr()) || strings.Contains(out, "sesame") {
		t.Errorf("exit code %d:\n%s", code, out)
	}
}

func TestDoctor(t *testing.T) {
	slack := settingUp(t)
	out, errs, code := catbot(t, "doctor")
	if code != 0 || strings.Contains(out, "FAIL") || !strings.Contains(out, "All is well") ||
		!strings.Contains(out, "counts nothing twice: task ") {
		t.Fatalf("exit code %d:\n%s%s", code, out, errs)
	}
	for _, tc := range []struct{ name, variable, value, says, fix string }{
		{"a wrong secret key", "TENCENTCLOUD_SECRET_KEY", "nonsense", "CAT refuses catbot's credentials", "4100"},
		{"a wrong app token", "SLACK_APP_TOKEN", "xapp-nonsense", "invalid_auth", "connections:write"},
		{"a wrong bot token", "SLACK_BOT_TOKEN", "xoxb-nonsense", "invalid_auth", "OAuth & Permissions"},
		{"a redis that is not there", "REDIS_URL", "redis://user:sesame@127.0.0.1:1/0", "redis", "REDIS_URL"},
		{"a number that is none", "WORKERS", "many", "WORKERS: is \"many\"", "a whole number"},
		{"a placeholder", "SLACK_APP_TOKEN", "xapp-…", "placeholder", "Generate"},
		{"a redis address that is none", "REDIS_URL", "http://user:sesame@127.0.0.1", "redis", "REDIS_URL"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Setenv(tc.variable, tc.value)
			out, errs, code := catbot(t, "doctor")
			if code != 1 || !strings.Contains(out, "FAIL") || !strings.Contains(out, tc.says) ||
				!strings.Contains(out, tc.fix) {
				t.Errorf("exit code %d:\n%s%s", code, out, errs)
			}
			if strings.Contains(out+errs, "sesame") || strings.Contains(out+errs, "nonsense") {
				t.Errorf("a secret shows:\n%s%s", out, errs)
			}
		})
	}
	t.Run("an address that is not safe gets no token", func(t *testing.T) {
		before := slack.Stats()
		t.Setenv("SLACK_API_URL", strings.Replace(slack.APIURL(), "127.0.0.1", "0.0.0.0", 1))
		if out, _, code := catbot(t, "doctor"); code != 1 || !strings.Contains(out, "SLACK_API_URL") {
			t.Errorf("exit code %d:\n%s", code, out)
		}
		if after := slack.Stats(); !maps.Equal(before.Calls, after.Calls) {
			t.Errorf("it was asked: %v, before %v", after.Calls, before.Calls)
		}
	})
	t.Run("a missing scope", func(t *testing.T) {
		bare, err := fakeslack.Start(fakeslack.Options{Scopes: []string{"commands"}})
		if err != nil {
			t.Fatal(err)
		}
		defer bare.Close()
		t.Setenv("SLACK_APP_TOKEN", bare.AppToken())
		t.Setenv("SLACK_BOT_TOKEN", bare.BotToken())
		t.Setenv("SLACK_API_URL", bare.APIURL())
		if out, _, code := catbot(t, "doctor"); code != 1 || !strings.Contains(out, "missing: chat:write") {
			t.Errorf("exit code %d:\n%s", code, out)
		}
	})
}

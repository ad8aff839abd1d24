package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// secretFile writes text into a file and returns its path.
func secretFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestSecretsAreReadFromFiles(t *testing.T) {
	clean(t)
	t.Setenv("SLACK_APP_TOKEN_FILE", secretFile(t, "xapp-1-pa55word\n"))
	t.Setenv("SLACK_BOT_TOKEN_FILE", secretFile(t, "xoxb-1-pa55word"))
	t.Setenv("TENCENTCLOUD_SECRET_ID_FILE", secretFile(t, "AKIDpa55word\r\n"))
	t.Setenv("TENCENTCLOUD_SECRET_KEY", "")
	t.Setenv("TENCENTCLOUD_SECRET_KEY_FILE", secretFile(t, "pa55word\n\n"))
	t.Setenv("TENCENTCLOUD_TOKEN_FILE", secretFile(t, "token"))
	t.Setenv("REDIS_URL_FILE", secretFile(t, "redis://u:pa55word@host:6379/0\n"))
	cfg, malformed := readConfig()
	if problems := cfg.allProblems(malformed); len(problems) > 0 {
		t.Errorf("%v", problems)
	}
	got := []string{cfg.SlackAppToken, cfg.SlackBotToken, cfg.SecretID, cfg.SecretKey, cfg.Token, cfg.RedisURL}
	want := "xapp-1-pa55word xoxb-1-pa55word AKIDpa55word pa55word token redis://u:pa55word@host:6379/0"
	if strings.Join(got, " ") != want {
		t.Errorf("the files hold %q", got)
	}
}

func TestFileOfASecretThatCannotBeUsedIsExplained(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "missing")
	for _, tc := range []struct{ name, path, secret, want string }{
		{"the setting is there as well", secretFile(t, "xapp-1-pa55word"), "xapp-2-pa55word",
			"SLACK_APP_TOKEN_FILE is set, and so is SLACK_APP_TOKEN\n"},
		{"there is no such file", missing, "", `SLACK_APP_TOKEN_FILE is "` + missing + `": no such file`},
		{"it is a directory", t.TempDir(), "", "is a directory"},
		{"it is empty", secretFile(t, "\n"), "", "which is empty"},
		{"the token itself is in place of its file", "xapp-1-pa55word", "", `"[hidden]", for it looks like a token`},
		{"it holds two lines", secretFile(t, "xapp-1-pa55word\nxapp-1-pa55word"), "", "SLACK_APP_TOKEN holds a placeholder or a space"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			clean(t)
			t.Setenv("SLACK_APP_TOKEN_FILE", tc.path)
			t.Setenv("SLACK_APP_TOKEN", tc.secret)
			for _, args := range [][]string{nil, {"doctor"}, {"config"}} {
				out, errs, code := catbot(t, args...)
				text := out + errs
				if code != 1 || strings.Contains(text, "pa55word") {
					t.Errorf("%v: exit code %d:\n%s", args, code, text)
				}
				if args == nil && !strings.Contains(text, tc.want) {
					t.Errorf("it does not say %q:\n%s", tc.want, text)
				}
				if strings.Contains(text, "SLACK_APP_TOKEN is not set") || strings.Contains(text, "SLACK_APP_TOKEN: is not set") {
					t.Errorf("%v: one mistake is told twice:\n%s", args, text)
				}
			}
		})
	}
}

func TestConfigPrintsSettingsAndTheirOrigins(t *testing.T) {
	clean(t)
	key := secretFile(t, "pa55word")
	for name, value := range map[string]string{
		"SLACK_APP_TOKEN": "xapp-1-pa55word", "SLACK_BOT_TOKEN": "xoxb-1-pa55word", "TENCENTCLOUD_SECRET_ID": "id",
		"TENCENTCLOUD_SECRET_KEY_FILE": key, "REDIS_URL": "redis://u:pa55word@host:6379/0",
		"WORKERS": "8", "ALLOWED_CHANNELS": "C1,C2",
	} {
		t.Setenv(name, value)
	}
	out, errs, code := catbot(t, "config")
	if code != 0 || errs != "" || strings.Contains(out, "pa55word") {
		t.Errorf("exit code %d: %s\n%s", code, errs, out)
	}
	lines := map[string]string{} // by what stands before the origin
	for line := range strings.Lines(out) {
		setting, origin, _ := strings.Cut(line, "  #")
		lines[strings.TrimSpace(setting)] = strings.TrimSpace(origin)
	}
	for setting, origin := range map[string]string{
		"SLACK_APP_TOKEN=[hidden]": "environment", "TENCENTCLOUD_SECRET_KEY_FILE=" + key: "file",
		"REDIS_URL=redis://[hidden]@host:6379/0": "environment", "ALLOWED_CHANNELS=C1,C2": "environment",
		"WORKERS=8":    "environment",
		"#CAT_RATE=10": "default", "#TENCENTCLOUD_TOKEN=": "not set", "#LOG_LEVEL=info": "default",
	} {
		if lines[setting] != origin {
			t.Errorf("%s comes from %q, want %q:\n%s", setting, lines[setting], origin, out)
		}
	}
	if len(lines) != len(settings()) {
		t.Errorf("%d lines for %d settings", len(lines), len(settings()))
	}
	t.Setenv("WORKERS", "many")
	if _, errs, code := catbot(t, "config"); code != 1 || !strings.Contains(errs, "WORKERS") {
		t.Errorf("a malformed setting: exit code %d, %s", code, errs)
	}
}

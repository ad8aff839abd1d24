package cli

import (
	"os"
	"strings"
	"testing"
)

const documented = "codes 126531 from 2017-05-25 00:00 to 2017-05-25 08:10 jiangxi"

// catbot runs a subcommand in this process and returns what it prints and its exit code.
func catbot(t *testing.T, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	var out, errs strings.Builder
	code = execute(t.Context(), args, &out, &errs)
	return out.String(), errs.String(), code
}

// clean takes every variable of catbot's out of the environment.
func clean(t *testing.T) {
	t.Helper()
	for name := range settings() {
		t.Setenv(name, "")
		if err := os.Unsetenv(name); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAskDemo(t *testing.T) {
	clean(t)
	for _, format := range []string{"text", "json", "csv", "blocks"} {
		out, errs, code := catbot(t, "ask", "--demo", "--format", format, documented)
		if code != 0 || errs != "" {
			t.Errorf("%s: exit code %d, and it says %q", format, code, errs)
		}
		for _, want := range []string{"移动", "Ping超时", "10016", "982", "江西"} {
			if !strings.Contains(out, want) {
				t.Errorf("%s has no %s:\n%s", format, want, out)
			}
		}
	}
	for text, want := range map[string]string{
		"help": "codes 126531 last 8h jiangxi", "": "codes 126531 last 8h jiangxi",
		"codes 126531 last 24h compare": "Compared with the window before",
	} {
		if out, errs, code := catbot(t, "ask", "--demo", text); code != 0 || !strings.Contains(out, want) {
			t.Errorf("%q: exit code %d\n%s%s", text, code, out, errs)
		}
	}
}

func TestAskRefuses(t *testing.T) {
	clean(t)
	out, errs, code := catbot(t, "ask", "--demo", "codes 126531 jiangxii")
	if code != 2 || out != "" {
		t.Errorf("exit code %d, printed %q", code, out)
	}
	for _, want := range []string{
		"Did you mean jiangxi?", "  codes 126531 jiangxii\n               ^^^^^^^^\n", "Try: codes 126531 jiangxi",
	} {
		if !strings.Contains(errs, want) {
			t.Errorf("it does not say %q:\n%s", want, errs)
		}
	}
	if _, errs, code := catbot(t, "ask", "--demo", "--format", "xml", documented); code != 2 ||
		!strings.Contains(errs, "text, json, csv or blocks") {
		t.Errorf("an unknown format: exit code %d, %s", code, errs)
	}
	if out, _, code := catbot(t, "ask", "--demo", "codes 999999999 2017-05-25"); code != 1 ||
		!strings.Contains(out, "CAT has no such task") {
		t.Errorf("an unknown task: exit code %d, %s", code, out)
	}
}

func TestMissingSettingsAreNamed(t *testing.T) {
	clean(t)
	_, errs, code := catbot(t)
	if code != 1 {
		t.Errorf("exit code %d", code)
	}
	for _, want := range []string{"SLACK_APP_TOKEN", "SLACK_BOT_TOKEN", "TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY",
		"api.slack.com/apps", "console.cloud.tencent.com/cam/capi", "catbot ask --demo"} {
		if !strings.Contains(errs, want) {
			t.Errorf("it does not say %s:\n%s", want, errs)
		}
	}
	t.Setenv("SLACK_APP_TOKEN", "xoxb-mixed-up")
	if _, errs, _ := catbot(t); !strings.Contains(errs, "SLACK_APP_TOKEN holds a bot token") ||
		strings.Contains(errs, "mixed-up") {
		t.Errorf("tokens mixed up: %s", errs)
	}
	t.Setenv("CAT_RATE", "fast")
	if _, errs, _ := catbot(t); !strings.Contains(errs, "CAT_RATE") || !strings.Contains(errs, "fast") {
		t.Errorf("a rate that is no number: %s", errs)
	}
}

func TestVersionHelpAndCompletion(t *testing.T) {
	clean(t)
	if out, _, code := catbot(t, "version"); code != 0 || !strings.HasPrefix(out, "catbot ") {
		t.Errorf("version: %d, %q", code, out)
	}
	if out, _, code := catbot(t, "--help"); code != 0 || !strings.Contains(out, "doctor") ||
		!strings.Contains(out, "ask --demo") {
		t.Errorf("help: %d, %s", code, out)
	}
	if out, _, code := catbot(t, "completion", "bash"); code != 0 || !strings.Contains(out, "catbot") {
		t.Errorf("completion: %d, %.100s", code, out)
	}
}

package cli

import (
	"encoding/json"
	"strings"
	"testing"

	"catbot/commands"
)

// asJSON asks for JSON and returns the object, which must be all that is printed.
func asJSON(t *testing.T, wantCode int, args ...string) map[string]any {
	t.Helper()
	out, errs, code := catbot(t, append([]string{"ask", "--format", "json"}, args...)...)
	var object map[string]any
	if err := json.Unmarshal([]byte(out), &object); err != nil || code != wantCode || errs != "" {
		t.Errorf("%v: exit code %d, not %d, %v: it prints %q and %q", args, code, wantCode, err, out, errs)
	}
	return object
}

func TestEveryCommandAnswersInTextAndJSON(t *testing.T) {
	clean(t)
	for _, tc := range []struct{ command, says, key string }{
		{"codes 126531 2025-06-01", "126531", "parts"},
		{"trend 126540 2025-06-01", "联通 (China Unicom)", "buckets"},
		{"tasks", "126540", "tasks"},
		{"tasks zzzz", `No task has "zzzz" in its name`, "tasks"},
		{"alias list", "There are no aliases yet", "aliases"},
		{"help", "codes 126531", "examples"},
		{"help trend", "trend 126531", "examples"},
	} {
		if out, errs, code := catbot(t, "ask", "--demo", tc.command); code != 0 || errs != "" ||
			!strings.Contains(out, tc.says) {
			t.Errorf("%s: exit code %d, it prints %q and %q", tc.command, code, out, errs)
		}
		if object := asJSON(t, 0, "--demo", tc.command); object[tc.key] == nil {
			t.Errorf("%s: the object has no %s: %v", tc.command, tc.key, object)
		}
	}
	trend := asJSON(t, 0, "--demo", "trend 126540 2025-06-01")
	buckets, isps := trend["buckets"].([]any), trend["isps"].([]any)
	if counts := isps[0].(map[string]any)["counts"].([]any); len(counts) != len(buckets) {
		t.Errorf("%d counts for %d buckets", len(counts), len(buckets))
	}
}

func TestEveryCommandPrintsSomething(t *testing.T) {
	clean(t)
	for _, spec := range commands.Table {
		for _, example := range spec.Examples {
			if out, errs, _ := catbot(t, "ask", "--demo", example); strings.TrimSpace(out+errs) == "" {
				t.Errorf("%s is answered with nothing", example)
			}
		}
	}
}

func TestEveryRefusalIsInTextAndJSON(t *testing.T) {
	clean(t)
	refused := func(wantCode int, says string, args ...string) map[string]any {
		t.Helper()
		if out, errs, code := catbot(t, append([]string{"ask"}, args...)...); code != wantCode || out != "" ||
			!strings.Contains(errs, says) {
			t.Errorf("%v: exit code %d, it prints %q and %q", args, code, out, errs)
		}
		refusal, _ := asJSON(t, wantCode, args...)["error"].(map[string]any)
		if message, _ := refusal["message"].(string); message == "" {
			t.Errorf("%v: no message in %v", args, refusal)
		}
		return refusal
	}
	refused(2, "The task is missing", "--demo", "codes")
	if r := refused(2, "Did you mean jiangxi?", "--demo", "codes 126531 jiangxii"); r["word"] != "jiangxii" ||
		r["at"] != 13.0 || r["try"] != "codes 126531 jiangxi" {
		t.Errorf("the mistake is %v", r)
	}
	if r := refused(2, `2 tasks fit "商城首页". Which one?`, "--demo", "商城首页 2026-06-10"); len(r["choices"].([]any)) != 2 {
		t.Errorf("the choices are %v", r)
	}
	refused(1, "Digests post to Slack channels", "digest list")
	refused(1, "stored with the bot", "alias list")
	refused(1, "Incidents are stored with the bot", "incidents last 24h")
	for _, kept := range []string{"digest list", "digest mute here 2h", "alias set shop 126531", "incidents last 24h", "incidents take k7m2-t5s3x0"} {
		refused(1, "run `catbot demo`", "--demo", kept)
	}
	if r := refused(1, "TENCENTCLOUD_SECRET_KEY is not set", "tasks"); len(r["settings"].([]any)) != 2 ||
		r["settings"].([]any)[0].(map[string]any)["fix"] == nil {
		t.Errorf("the settings are %v", r)
	}
	t.Setenv("CAT_RATE", "fast")
	refused(1, "CAT_RATE", "--demo", "tasks")
}

func TestAskTakesTaskName(t *testing.T) {
	clean(t)
	byName, errs, code := catbot(t, "ask", "--demo", "总部专线 from 2026-06-10 19:00 to 2026-06-10 21:00 top 1")
	byID, _, _ := catbot(t, "ask", "--demo", "codes task-n6f8ye4d from 2026-06-10 19:00 to 2026-06-10 21:00 top 1")
	if code != 0 || byName != byID ||
		!strings.Contains(errs, `"总部专线" is taken as task 总部专线 HQ uplink (task-n6f8ye4d).`) {
		t.Errorf("exit code %d, it prints %q and %q, not %q", code, byName, errs, byID)
	}
}

func TestCSVWithBOM(t *testing.T) {
	if out, _, code := catbot(t, "ask", "--demo", "--format", "csv", "--bom", documented); code != 0 ||
		!strings.HasPrefix(out, "\ufefftask,begin,end,") {
		t.Errorf("exit code %d, it prints %.60q", code, out)
	}
	if _, errs, code := catbot(t, "ask", "--demo", "--bom", documented); code != 2 ||
		!strings.Contains(errs, "--format csv alone") {
		t.Errorf("without a csv: exit code %d, it says %q", code, errs)
	}
}

func TestOnlyCodesHaveCSVAndBlocks(t *testing.T) {
	clean(t)
	for _, format := range []string{"csv", "blocks"} {
		if out, errs, code := catbot(t, "ask", "--demo", "--format", format, "trend 126531"); code != 2 ||
			out != "" || !strings.Contains(errs, "alone") {
			t.Errorf("%s: exit code %d, it prints %q and %q", format, code, out, errs)
		}
	}
	if out, _, code := catbot(t, "ask", "--demo", documented+" csv"); code != 0 ||
		!strings.HasPrefix(out, "task,begin,end,") {
		t.Errorf("the word csv: exit code %d, it prints %q", code, out)
	}
}

package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"catbot/store/redistest"
)

// A backup of one alias, one mute and one digest, as export writes it.
const (
	backupHeadLine = `{"catbot_backup":{"version":1,"space":"T0WORKSPACE.U0CATBOT","at":"2026-11-23T00:00:00Z","by":"v1"}}`
	backupBody     = `{"alias":{"name":"shop","task":"126531"}}
{"mute":{"channel":"C0OPS","by":"U0BOB","at":"2026-11-23T00:00:00Z","until":"2046-11-23T02:00:00Z"}}
{"digest":{"id":"k7m2","channel":"C0OPS","owner":"U0ALICE","created":"2026-11-23T00:00:00Z","text":"digest add every 15m tz Asia/Shanghai in <#C0OPS> if >100 codes 126531 last 15m","state":{"over":{"over":false,"since":"2026-11-23T00:30:00Z","slot":"2026-11-23T00:45:00Z"},"sla":{"target":99.5}}}}`
	wholeBackup = backupHeadLine + "\n" + backupBody + "\n" + `{"end":{"lines":3}}` + "\n"
)

func TestBackupIsRestoredAndExportedAgain(t *testing.T) {
	settingUp(t)
	t.Setenv("REDIS_URL", redistest.Start(t).URL())
	file := filepath.Join(t.TempDir(), "backup")
	if err := os.WriteFile(file, []byte(wholeBackup), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, errs, code := catbot(t, "import", file); code != 0 || out != "Added 3 of 3.\n" {
		t.Fatalf("exit code %d: %s%s", code, out, errs)
	}
	out, errs, code := catbot(t, "import", file)
	if want := "Added 0 of 3.\nThere already, or over: the alias shop, the mute of C0OPS, the digest k7m2\n"; code != 0 || out != want {
		t.Errorf("the second time: exit code %d: %s%s", code, out, errs)
	}
	out, errs, code = catbot(t, "export")
	head, rest, _ := strings.Cut(out, "\n")
	if code != 0 || !strings.HasPrefix(head, `{"catbot_backup":{"version":1,"space":"T0WORKSPACE.U0CATBOT","at":"`) {
		t.Errorf("exit code %d: %s%s", code, head, errs)
	}
	if want := backupBody + "\n" + `{"end":{"lines":3}}` + "\n"; rest != want {
		t.Errorf("exported\n%s\nwant\n%s", rest, want)
	}
}

func TestBackupThatIsNotWholeChangesNothing(t *testing.T) {
	settingUp(t)
	t.Setenv("REDIS_URL", redistest.Start(t).URL())
	for _, tc := range []struct{ name, old, new, want string }{
		{"cut off", `{"end":{"lines":3}}` + "\n", "", "the backup is cut off"},
		{"a line is missing", `{"alias":{"name":"shop","task":"126531"}}` + "\n", "", "the backup is cut off"},
		{"half a line", `{"end":{"lines":3}}` + "\n", `{"end":{"li`, "line 5"},
		{"no backup", wholeBackup, "id,name\n", "line 1"},
		{"empty", wholeBackup, "", "this is no backup"},
		{"of a newer version", `"version":1`, `"version":2`, "the backup has version 2, and this catbot reads 1: use the catbot that wrote it, v1"},
		{"of another workspace", "T0WORKSPACE", "T0OTHER", "of the workspace T0OTHER, and this is T0WORKSPACE"},
		{"a field that nobody knows", `"name":"shop"`, `"nome":"shop"`, `line 2: json: unknown field "nome"`},
		{"a digest that is not understood", "codes 126531", "cods 126531", "line 4: the digest k7m2"},
		{"an alias that is a number", `"name":"shop"`, `"name":"15"`, "line 2: the alias 15"},
		{"twice the same", `{"mute":{"channel":"C0OPS","by":"U0BOB","at":"2026-11-23T00:00:00Z","until":"2046-11-23T02:00:00Z"}}`,
			`{"alias":{"name":"shop","task":"126531"}}`, "line 3: the alias shop is there twice"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "backup")
			if err := os.WriteFile(file, []byte(strings.Replace(wholeBackup, tc.old, tc.new, 1)), 0o600); err != nil {
				t.Fatal(err)
			}
			out, errs, code := catbot(t, "import", file)
			if code != 1 || !strings.Contains(errs, tc.want) {
				t.Errorf("exit code %d, and it does not say %q: %s%s", code, tc.want, out, errs)
			}
			if out, _, _ := catbot(t, "export"); strings.Count(out, "\n") != 2 {
				t.Errorf("it changed something:\n%s", out)
			}
		})
	}
}

func TestBackupNeedsAPlace(t *testing.T) {
	settingUp(t)
	t.Setenv("REDIS_URL", "")
	if _, errs, code := catbot(t, "export"); code != 1 || !strings.Contains(errs, "neither REDIS_URL nor DATA_DIR") {
		t.Errorf("exit code %d: %s", code, errs)
	}
}

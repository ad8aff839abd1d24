package check

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestSystemdAcceptsTheUnit(t *testing.T) {
	program, err := exec.LookPath("true") // systemd-analyze asks that the unit's program exists
	if err != nil {
		t.Fatal(err)
	}
	unit := filepath.Join(t.TempDir(), "catbot.service")
	text := strings.Replace(read(t, "../systemd/catbot.service"), "ExecStart=/usr/local/bin/catbot", "ExecStart="+program, 1)
	if err := os.WriteFile(unit, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	succeeds(t, "systemd-analyze", "verify", unit)
	succeeds(t, "systemd-analyze", "security", "--offline=true", "--threshold=20", unit) // 2.0 of 10
}

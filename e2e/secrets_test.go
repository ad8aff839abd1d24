package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"catbot/demo/fakecat"
	"catbot/demo/fakeslack"
	"catbot/store/redistest"
)

// TestSetUpWithSecretsInFiles goes the way of an administrator: secrets in files, as systemd and Kubernetes provide
// them, then doctor, config and the bot.
func TestSetUpWithSecretsInFiles(t *testing.T) {
	t.Parallel()
	f := startFakes(t, fakecat.Options{})
	dir := t.TempDir()
	var env, secrets []string
	for _, variable := range append(f.env(), "REDIS_URL="+redistest.Start(t).URL()) {
		name, value, _ := strings.Cut(variable, "=")
		switch name {
		case "SLACK_APP_TOKEN", "SLACK_BOT_TOKEN", "TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY", "REDIS_URL":
			path := filepath.Join(dir, name)
			if err := os.WriteFile(path, []byte(value+"\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			env, secrets = append(env, name+"_FILE="+path), append(secrets, value)
		default:
			env = append(env, variable)
		}
	}
	doctor, errs, code := catbot(t, env, "doctor")
	if code != 0 || !strings.Contains(doctor, "All is well") {
		t.Errorf("doctor: exit code %d\n%s%s", code, doctor, errs)
	}
	config, errs, code := catbot(t, env, "config")
	if code != 0 || !strings.Contains(config, "SLACK_BOT_TOKEN_FILE="+filepath.Join(dir, "SLACK_BOT_TOKEN")) {
		t.Errorf("config: exit code %d\n%s%s", code, config, errs)
	}
	before := f.Stats().Connects
	r := launch(t, env)
	f.waitFor(t, r, "a connection", func(s fakeslack.Stats) bool { return s.Connects > before })
	f.waitForAnswer(t, f.send(t, fakeslack.Alice, documentedQuery), "982")
	for _, secret := range secrets[:4] {
		if strings.Contains(doctor+config+r.text(), secret) {
			t.Error("a secret shows")
		}
	}
}

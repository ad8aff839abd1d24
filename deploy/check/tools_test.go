// Package check checks the files in deploy, the Dockerfile and .goreleaser.yaml with the programs that read them, and
// against the types of Kubernetes and goreleaser. It is a module of its own, so that catbot does not depend on them.
// make test-deploy installs the programs. A test fails where its program is missing.
package check

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
)

// succeeds fails the test unless a program ends with 0.
func succeeds(t *testing.T, name string, args ...string) {
	t.Helper()
	if out, err := exec.Command(name, args...).CombinedOutput(); err != nil {
		t.Errorf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestPrometheusAcceptsItsFiles(t *testing.T) {
	succeeds(t, "promtool", "check", "config", "../prometheus/prometheus.yml")
	succeeds(t, "promtool", "test", "rules", "../prometheus/rules_test.yml")
}

// TestPrometheusUnderstandsTheDashboard makes a recording rule of each query, for promtool to parse.
func TestPrometheusUnderstandsTheDashboard(t *testing.T) {
	queries := regexp.MustCompile(`"expr": (".*")`).FindAllStringSubmatch(read(t, "../grafana/catbot.json"), -1)
	if len(queries) == 0 {
		t.Fatal("the dashboard has no query")
	}
	text := "groups:\n  - name: dashboard\n    rules:\n"
	for _, query := range queries { // as JSON writes them, which is YAML, too
		text += "      - { record: 'x', expr: " + strings.ReplaceAll(query[1], "$__rate_interval", "5m") + " }\n"
	}
	path := filepath.Join(t.TempDir(), "rules.yml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	succeeds(t, "promtool", "check", "rules", "--lint=none", path)
}

// TestDockerfilesBuildStepBuilds runs the command of the Dockerfile that builds the program, without docker.
func TestDockerfilesBuildStepBuilds(t *testing.T) {
	step := regexp.MustCompile(`(?m)^RUN ((?:.*\\\n)*.*) -o /catbot \.$`).FindStringSubmatch(read(t, "../../Dockerfile"))
	if step == nil {
		t.Fatal("there is no such step")
	}
	program := filepath.Join(t.TempDir(), "catbot")
	build := exec.Command("sh", "-c", step[1]+" -o "+program+" .")
	build.Dir = "../.."
	build.Env = append(os.Environ(), "VERSION=v1.2.3", "REVISION=abc", "TARGETOS="+runtime.GOOS, "TARGETARCH="+runtime.GOARCH)
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	out, err := exec.Command(program, "version", "--json").Output()
	if err != nil || !strings.Contains(string(out), `"version":"v1.2.3","revision":"abc"`) {
		t.Errorf("%v: it is %s", err, out)
	}
}

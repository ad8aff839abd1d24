package cli

import (
	"errors"
	"os"
	"path"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// settings are the variables of the environment, each with its default.
func settings() map[string]string {
	all := map[string]string{}
	for field := range reflect.TypeFor[Config]().Fields() {
		if name := field.Tag.Get("envconfig"); name != "" {
			all[name] = field.Tag.Get("default")
		}
	}
	return all
}

func readFile(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestExampleEnvironmentHasEverySetting: in .env.example the four secrets are to be filled in, and each other
// setting stands behind a # with its default.
func TestExampleEnvironmentHasEverySetting(t *testing.T) {
	found := map[string]string{}
	var open []string
	for line := range strings.Lines(readFile(t, ".env.example")) {
		line = strings.TrimSpace(line)
		name, value, assigned := strings.Cut(strings.TrimPrefix(line, "#"), "=")
		if !assigned || strings.Contains(name, " ") {
			continue
		}
		found[name] = value
		if !strings.HasPrefix(line, "#") {
			open = append(open, name)
		}
	}
	if want := settings(); !reflect.DeepEqual(found, want) {
		t.Errorf("it holds\n%v\nthe settings are\n%v", found, want)
	}
	if want := []string{"SLACK_APP_TOKEN", "SLACK_BOT_TOKEN", "TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY"}; !slices.Equal(open, want) {
		t.Errorf("to be filled in are %v", open)
	}
}

func TestManualNamesEverySetting(t *testing.T) {
	text := readFile(t, "docs/configuration.md")
	for name := range settings() {
		if !strings.Contains(text, "`"+name+"`") {
			t.Errorf("it says nothing of %s", name)
		}
	}
}

// TestManualNamesTheSettingsThatMayBeInFiles holds the table of the manual to the fields of Config.
func TestManualNamesTheSettingsThatMayBeInFiles(t *testing.T) {
	var want []string
	for field := range reflect.TypeFor[Config]().Fields() {
		if mayBeInFile(field) {
			want = append(want, field.Tag.Get("envconfig")+fileSuffix)
		}
	}
	slices.Sort(want)
	found := regexp.MustCompile(`[A-Z_]+_FILE\b`).FindAllString(readFile(t, "docs/configuration.md"), -1)
	found = slices.DeleteFunc(found, func(name string) bool { return name == "SSL_CERT_FILE" })
	slices.Sort(found)
	if found = slices.Compact(found); !slices.Equal(found, want) {
		t.Errorf("the manual names\n%v\nthese exist\n%v", found, want)
	}
}

func TestFilesWithSecretsAreIgnoredByGitAndDocker(t *testing.T) {
	for _, name := range []string{".gitignore", ".dockerignore"} {
		patterns := strings.Fields(readFile(t, name))
		for _, secret := range []string{".env", "secrets.env"} { // as README.md and docs/operations.md name them
			isIgnored := slices.ContainsFunc(patterns, func(pattern string) bool {
				matches, err := path.Match(strings.TrimPrefix(pattern, "**/"), secret)
				return err == nil && matches
			})
			if !isIgnored {
				t.Errorf("%s lets %s pass", name, secret)
			}
		}
	}
}

func TestLogHidesRedisPasswords(t *testing.T) {
	for _, address := range []string{
		"redis://user:sesame@host:6379/0", "rediss://:sesame@host:6379",
		"redis+cluster://user:sesame@host:6379,host2:6379",
		"redis+sentinel://user:x@host:1,host2:2/0?master=m&sentinel_password=sesame",
	} {
		var out strings.Builder
		cfg := Config{RedisURL: address, LogFormat: "json"}
		cfg.newLogger(&out).Error("trouble with sesame", "url", address, "error", errors.New("dialing "+address))
		line := out.String()
		if at := strings.Index(line, `"url"`); strings.Contains(line[at:], "sesame") {
			t.Errorf("%s: %s", address, line)
		}
	}
}

func TestAllMalformedSettingsAreReportedAtOnce(t *testing.T) {
	clean(t)
	for name, value := range map[string]string{
		"WORKERS": "many", "CAT_RATE": "fast", "LOG_LEVEL": "loud", "ALLOW_GUESTS": "perhaps", "MAX_WINDOW": "long",
	} {
		t.Setenv(name, value)
	}
	for _, args := range [][]string{nil, {"doctor"}, {"demo"}, {"ask", "--demo", "tasks"}} {
		out, errs, code := catbot(t, args...)
		for _, want := range []string{
			`"many"`, `"fast"`, `"loud"`, `"perhaps"`, `"long"`, "a length such as 8h, 31d or 1w",
		} {
			if code != 1 || !strings.Contains(out+errs, want) {
				t.Errorf("%v: exit code %d, no %s in:\n%s%s", args, code, want, out, errs)
			}
		}
	}
	cfg, _ := readConfig()
	if cfg.Workers != 32 || cfg.CATRate != 10 || os.Getenv("WORKERS") != "many" {
		t.Errorf("with malformed settings there are %d workers and %v requests a second; WORKERS=%s",
			cfg.Workers, cfg.CATRate, os.Getenv("WORKERS"))
	}
}

func TestDefaultsAreInRange(t *testing.T) {
	clean(t)
	cfg, malformed := readConfig()
	if problems := append(malformed, cfg.rangeProblems()...); len(problems) > 0 {
		t.Errorf("%v", problems)
	}
}

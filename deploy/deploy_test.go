// Package deploy checks the files that catbot is run with against the program. Checks that need the programs or types of
// others are in deploy/check.
package deploy

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func readYAML(t *testing.T, path string, into any) {
	t.Helper()
	if err := yaml.Unmarshal([]byte(read(t, path)), into); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}

// TestDeploymentsSetOnlyKnownSettings holds what the files set to the settings in .env.example, which a test in cli
// holds to the program.
func TestDeploymentsSetOnlyKnownSettings(t *testing.T) {
	var known []string
	for _, match := range regexp.MustCompile(`(?m)^#?([A-Z][A-Z0-9_]+)=`).FindAllStringSubmatch(read(t, "../.env.example"), -1) {
		known = append(known, match[1], match[1]+"_FILE")
	}
	for path, pattern := range map[string]string{
		"kubernetes/deployment.yaml":     `\{ name: ([A-Z][A-Z0-9_]+),`,
		"kubernetes/kustomization.yaml":  `(?m)^ +- ([A-Z][A-Z0-9_]+)=`,
		"kubernetes/secrets.example.env": `(?m)^([A-Z][A-Z0-9_]+)=`,
		"systemd/catbot.service":         `(?m)^Environment=([A-Z][A-Z0-9_]+)=`,
		"../compose.yaml":                `(?m)^      ([A-FH-Z][A-Z0-9_]+): `, // GF_… are Grafana's
		"../Dockerfile":                  `(?m)^ENV ([A-Z][A-Z0-9_]+)=`,
	} {
		found := regexp.MustCompile(pattern).FindAllStringSubmatch(read(t, path), -1)
		if len(found) == 0 {
			t.Errorf("%s sets nothing", path)
		}
		for _, match := range found {
			if !slices.Contains(known, match[1]) && match[1] != "VERSION" {
				t.Errorf("%s sets %s, which catbot does not know", path, match[1])
			}
		}
	}
}

// TestSecretsOfKubernetesAreThoseOfTheExample holds the files that the container reads to the secret's keys.
func TestSecretsOfKubernetesAreThoseOfTheExample(t *testing.T) {
	var keys, files []string
	for _, match := range regexp.MustCompile(`(?m)^([A-Z][A-Z0-9_]+)=`).FindAllStringSubmatch(read(t, "kubernetes/secrets.example.env"), -1) {
		keys = append(keys, match[1])
	}
	for _, match := range regexp.MustCompile(`([A-Z0-9_]+)_FILE, value: /run/secrets/catbot/([A-Z0-9_]+) `).FindAllStringSubmatch(read(t, "kubernetes/deployment.yaml"), -1) {
		if match[1] != match[2] {
			t.Errorf("%s_FILE is %s", match[1], match[2])
		}
		files = append(files, match[2])
	}
	if !slices.Equal(keys, files) {
		t.Errorf("the secret has %v, the container reads %v", keys, files)
	}
}

// A composeFile is what the checks read of compose.yaml.
type composeFile struct {
	Services map[string]struct {
		Image       string   `yaml:"image"`
		Command     []string `yaml:"command"`
		Ports       []string `yaml:"ports"`
		Volumes     []string `yaml:"volumes"`
		CapDrop     []string `yaml:"cap_drop"`
		ReadOnly    bool     `yaml:"read_only"`
		GracePeriod string   `yaml:"stop_grace_period"`
	} `yaml:"services"`
	Volumes map[string]any `yaml:"volumes"`
}

func TestComposeFileMountsWhatIsThere(t *testing.T) {
	var file composeFile
	readYAML(t, "../compose.yaml", &file)
	for name, service := range file.Services {
		for _, volume := range service.Volumes {
			source, _, _ := strings.Cut(volume, ":")
			_, named := file.Volumes[source]
			if _, err := os.Stat(filepath.Join("..", source)); err != nil && !named {
				t.Errorf("%s mounts %s: %v", name, volume, err)
			}
		}
		for _, port := range service.Ports {
			if !strings.HasPrefix(port, "127.0.0.1:") {
				t.Errorf("%s opens %s to the network", name, port)
			}
		}
		if tag := service.Image; tag != "" && (!strings.Contains(tag, ":") || strings.HasSuffix(tag, ":latest")) {
			t.Errorf("%s has no fixed version: %s", name, tag)
		}
	}
	if c := file.Services["catbot"]; !c.ReadOnly || !slices.Equal(c.CapDrop, []string{"ALL"}) || c.GracePeriod != "60s" {
		t.Errorf("catbot runs with %+v", c)
	}
}

// TestRedisRemovesNothingToMakeRoom: mutes, incidents and leases have an expiry, as answers in the cache have.
func TestRedisRemovesNothingToMakeRoom(t *testing.T) {
	var file composeFile
	readYAML(t, "../compose.yaml", &file)
	command := file.Services["redis"].Command
	if at := slices.Index(command, "--maxmemory-policy"); at < 0 || command[at+1] != "noeviction" {
		t.Errorf("redis is started with %q", command)
	}
}

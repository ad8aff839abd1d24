package main

import (
	"os"
	"regexp"
	"runtime"
	"strings"
	"testing"
)

// TestNoticesAreCurrent compares with the build for this system: another's may need modules that are not here.
func TestNoticesAreCurrent(t *testing.T) {
	t.Chdir("../..")
	file := readText(t, "THIRD_PARTY_NOTICES")
	embedded, err := embedded()
	if err != nil {
		t.Fatal(err)
	}
	modules, err := modules(runtime.GOOS)
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range append(embedded, modules...) {
		if w.name != "The Go standard library" && !strings.Contains(file, w.String()) {
			t.Errorf("%s is missing or has other texts: run make notices", w.name)
		}
	}
	required := readText(t, "go.mod")
	for _, heading := range regexp.MustCompile(`(?m)^[a-z.]+/\S+ v\S+$`).FindAllString(file, -1) {
		if !strings.Contains(required, "\t"+heading) {
			t.Errorf("%s is not in go.mod any more: run make notices", heading)
		}
	}
}

func readText(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

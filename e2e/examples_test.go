package e2e

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var updateExamples = flag.Bool("update", false, "update the manual's examples and its picture of imports")

// fence matches a code block in the manual: its language and its text.
var fence = regexp.MustCompile("(?s)```([a-z]+)\n(.*?)```")

// example matches an indented line of the manual, such as
//
//	catbot ask --demo 'tasks shop'
//
// and, if the output does not depend on the time, the block after it.
var example = regexp.MustCompile("(?m)^    (catbot ask --demo [^\n]*)\n(?:\n```([a-z]+)\n((?s:.*?))```\n)?")

// fetchedAt differs at each run.
var fetchedAt = regexp.MustCompile(`("fetched_at": ")[^"]*`)

// TestExamplesInManualPrintWhatItShows runs each example of "catbot ask --demo" in the README and docs.
// The demo's seed is fixed, so windows with fixed dates always have the same numbers: the output is compared with the
// block that follows the example. An example with a window up to now has no block, and its exit code must be 0.
func TestExamplesInManualPrintWhatItShows(t *testing.T) {
	t.Parallel()
	found := 0
	for _, path := range manual(t) {
		text := readText(t, path)
		updated := example.ReplaceAllStringFunc(text, func(match string) string {
			found++
			parts := example.FindStringSubmatch(match)
			command, language, want := parts[1], parts[2], parts[3]
			stdout, stderr, code := catbot(t, nil, arguments(t, command)...)
			if language == "" {
				if code != 0 {
					t.Errorf("%s: %s ends with %d: %s", path, command, code, stderr)
				}
				return match
			}
			got := fetchedAt.ReplaceAllString(withoutTrailingSpaces(stdout+stderr), "${1}…")
			if got != want && !*updateExamples {
				t.Errorf("%s: the output of %s differs (see make examples):\n%s", path, command, cmp.Diff(want, got))
			}
			return strings.Replace(match, "```"+language+"\n"+want, "```"+language+"\n"+got, 1)
		})
		if *updateExamples && updated != text {
			writeText(t, path, updated)
		}
	}
	if found < 10 {
		t.Errorf("only %d examples were found", found)
	}
}

func TestPictureOfImportsMatchesCode(t *testing.T) {
	t.Parallel()
	const path = "../docs/development.md"
	text := readText(t, path)
	drawn, err := exec.Command("sh", "../docs/imports.sh").CombinedOutput()
	if err != nil {
		t.Fatalf("drawing it: %v\n%s", err, drawn)
	}
	updated := fence.ReplaceAllStringFunc(text, func(match string) string {
		parts := fence.FindStringSubmatch(match)
		if parts[1] != "mermaid" {
			return match
		}
		if parts[2] != string(drawn) && !*updateExamples {
			t.Errorf("the picture of imports is out of date (see make examples):\n%s",
				cmp.Diff(parts[2], string(drawn)))
		}
		return "```mermaid\n" + string(drawn) + "```"
	})
	if !strings.Contains(text, "```mermaid\n") {
		t.Error("there is no picture")
	}
	if *updateExamples && updated != text {
		writeText(t, path, updated)
	}
}

// manual lists the files of the manual.
func manual(t *testing.T) []string {
	t.Helper()
	paths, err := filepath.Glob("../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	return append(paths, "../README.md")
}

// arguments splits an example as a shell does. Only single quotes are supported.
func arguments(t *testing.T, command string) []string {
	t.Helper()
	before, quoted, ok := strings.Cut(command, "'")
	quoted, rest, closed := strings.Cut(quoted, "'")
	if !ok || !closed || strings.TrimSpace(rest) != "" {
		t.Fatalf("%s: expected one command in single quotes at its end", command)
	}
	return append(strings.Fields(before)[1:], quoted)
}

// withoutTrailingSpaces removes spaces at the ends of lines, which editors remove, too.
func withoutTrailingSpaces(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRight(line, " ")
	}
	return strings.Join(lines, "\n")
}

func readText(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func writeText(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

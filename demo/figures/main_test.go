package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestSectionIsReplaced(t *testing.T) {
	page := filepath.Join(t.TempDir(), "page.md")
	const before, after = "# Page\n\n<!-- load -->\n", "<!-- /load -->\n\nThe end.\n"
	if err := os.WriteFile(page, []byte(before+"\nold\n\n"+after), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, figures := range []string{"| 1 |\n", "\n| 2 |\n\n"} { // also one that was replaced before
		var printed strings.Builder
		if err := run(page, "load", strings.NewReader(figures), &printed); err != nil {
			t.Fatal(err)
		}
		want := before + "\n" + strings.Trim(figures, "\n") + "\n\n" + after
		if got, err := os.ReadFile(page); err != nil || string(got) != want || printed.String() != figures {
			t.Errorf("the page is %q and it printed %q (%v)", got, printed.String(), err)
		}
	}
}

func TestPageStaysWithoutFigures(t *testing.T) {
	page := filepath.Join(t.TempDir(), "page.md")
	const text = "<!-- load -->\nold\n<!-- /load -->\n"
	if err := os.WriteFile(page, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct{ name, section, figures, says string }{
		{"nothing was measured", "load", " \n", "no figures for load"},
		{"the page has no such section", "bench", "| 1 |\n", "no section"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			err := run(page, tc.section, strings.NewReader(tc.figures), &strings.Builder{})
			if err == nil || !strings.Contains(err.Error(), tc.says) {
				t.Errorf("it says %v", err)
			}
			if got, _ := os.ReadFile(page); string(got) != text {
				t.Errorf("the page is %q", got)
			}
		})
	}
}

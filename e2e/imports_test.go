package e2e

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// layers are the packages at the top of the repository, the lowest first: each may import those before it.
var layers = []string{
	"catapi", "i18n", "store", "cache", "report", "commands", "query", "tasks", "digest", "bot",
	"demo", "cli", "main.go", "release",
}

func TestPackagesImportOnlyThoseBelowThem(t *testing.T) {
	for path, imported := range imports(t) {
		layer, _, _ := strings.Cut(path, "/")
		at := slices.Index(layers, layer)
		if at < 0 {
			t.Errorf("%s is in no layer: add %s to layers", path, layer)
		}
		for _, other := range imported {
			if other != layer && !slices.Contains(layers[:max(at, 0)], other) {
				t.Errorf("%s imports %s, which is not below %s", path, other, layer)
			}
		}
	}
}

// TestDemoDoesNotImportTheBot: with shared code, a mistake of the bot would be in the simulated Slack and CAT, too.
func TestDemoDoesNotImportTheBot(t *testing.T) {
	for path, imported := range imports(t) {
		layer, _, _ := strings.Cut(path, "/")
		if layer == "demo" && slices.ContainsFunc(imported, func(other string) bool { return other != "demo" }) {
			t.Errorf("%s imports %v", path, imported)
		}
	}
}

// imports returns the layers that each Go file imports, without test files.
func imports(t *testing.T) map[string][]string {
	t.Helper()
	found := map[string][]string{}
	err := filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		name := filepath.ToSlash(strings.TrimPrefix(path, ".."+string(filepath.Separator)))
		found[name] = nil
		for _, spec := range file.Imports {
			if other, ours := strings.CutPrefix(strings.Trim(spec.Path.Value, `"`), "catbot/"); ours {
				layer, _, _ := strings.Cut(other, "/")
				found[name] = append(found[name], layer)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(found) < 100 {
		t.Fatalf("only %d files were found", len(found))
	}
	return found
}

package bot_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"
)

// maxMethods keeps each object of this package small enough to be read at once.
const maxMethods = 25

func TestNoObjectHasMoreThan25Methods(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	methods := map[string]int{}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, declaration := range file.Decls {
			if f, ok := declaration.(*ast.FuncDecl); ok && f.Recv != nil {
				receiver := f.Recv.List[0].Type
				if pointer, ok := receiver.(*ast.StarExpr); ok {
					receiver = pointer.X
				}
				methods[receiver.(*ast.Ident).Name]++
			}
		}
	}
	// Handlers embed core, so its methods count for them, too.
	for receiver, n := range methods {
		if strings.HasSuffix(receiver, "Handler") || receiver == "dispatcher" || receiver == "listener" ||
			receiver == "Bot" {
			n += methods["core"]
		}
		if n > maxMethods {
			t.Errorf("%s has %d methods", receiver, n)
		}
	}
}

// Command notices prints the licences of everything that is inside catbot's programs: the Go standard library,
// each module of the build for Linux, macOS and Windows, and the scripts of the demo's page.
package main

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

func main() {
	if err := run(os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "notices:", err)
		os.Exit(1)
	}
}

const introduction = `catbot is licensed under the Apache License 2.0, see LICENSE.
Its programs contain the work of others, under the licences below. "make notices" writes this file.
`

func run(out io.Writer) error {
	works, err := embedded()
	if err != nil {
		return err
	}
	for _, system := range []string{"linux", "darwin", "windows"} {
		modules, err := modules(system)
		if err != nil {
			return err
		}
		works = append(works, modules...)
	}
	slices.SortFunc(works, func(a, b work) int { return cmp.Compare(a.name, b.name) })
	_, err = fmt.Fprint(out, introduction)
	for _, w := range slices.Compact(works) {
		_, err = fmt.Fprint(out, w)
	}
	return err
}

// A work is something of others that is inside the programs.
type work struct {
	name  string // of a module: its path and version
	texts string // its licence, and its notice if it has one
}

const line = "--------------------------------------------------------------------------------"

// String returns the section of w in the file.
func (w work) String() string { return fmt.Sprintf("\n%s\n%s\n%s\n\n%s", line, w.name, line, w.texts) }

// embedded returns the works that are not modules.
func embedded() ([]work, error) {
	root, err := output(exec.Command("go", "env", "GOROOT"))
	if err != nil {
		return nil, err
	}
	goText, err := read(filepath.Join(strings.TrimSpace(root), "LICENSE"))
	if err != nil {
		return nil, err
	}
	chartText, err := read(filepath.Join("demo", "page", "vendor", "chart.LICENSE.md"))
	return []work{
		{"The Go standard library", goText},
		{"Chart.js, and @kurkle/color (c) 2023 Jukka Kurkela, in the page of catbot demo", chartText},
	}, err
}

// modules returns the modules that the program for an operating system contains.
func modules(system string) ([]work, error) {
	list := exec.Command("go", "list", "-deps",
		"-f", "{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}}\t{{.Dir}}{{end}}{{end}}", ".")
	list.Env = append(os.Environ(), "GOOS="+system, "CGO_ENABLED=0")
	listed, err := output(list)
	if err != nil {
		return nil, err
	}
	packages := slices.Sorted(strings.Lines(listed))
	var works []work
	for _, module := range slices.Compact(packages) {
		name, dir, _ := strings.Cut(strings.TrimSuffix(module, "\n"), "\t")
		texts, err := licences(dir)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		works = append(works, work{name, texts})
	}
	return works, nil
}

// licences returns the licence and the notice of the module in dir.
func licences(dir string) (string, error) {
	var texts []string
	for _, pattern := range []string{"LICEN[CS]E*", "COPYING*", "NOTICE*"} {
		names, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil {
			return "", err
		}
		for _, name := range names {
			text, err := read(name)
			if err != nil {
				return "", err
			}
			texts = append(texts, text)
		}
	}
	if len(texts) == 0 {
		return "", fmt.Errorf("no licence in %s", dir)
	}
	return strings.Join(texts, "\n"), nil
}

// read returns a text file with one newline at its end, and none of another system's.
func read(name string) (string, error) {
	text, err := os.ReadFile(name)
	return strings.Trim(strings.ReplaceAll(string(text), "\r", ""), "\n") + "\n", err
}

func output(c *exec.Cmd) (string, error) {
	c.Stderr = os.Stderr
	text, err := c.Output()
	if err != nil {
		return "", fmt.Errorf("%s: %w", strings.Join(c.Args[:2], " "), err)
	}
	return string(text), nil
}

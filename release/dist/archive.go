package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"

	"catbot/cli"
)

// A file is one of an archive.
type file struct {
	name    string
	mode    int64
	content []byte
}

// copied are the files of the source that are in each archive.
var copied = []string{
	"README.md", "CHANGELOG.md", "LICENSE", "THIRD_PARTY_NOTICES", ".env.example", "manifest.yaml",
	"deploy/systemd/catbot.service", "deploy/prometheus/rules.yml", "deploy/grafana/catbot.json",
	"docs/configuration.md", "docs/operations.md",
}

// files returns the files of an archive with program.
func (r release) files(program string) ([]file, error) {
	content, err := os.ReadFile(program)
	if err != nil {
		return nil, err
	}
	files := []file{{filepath.Base(program), 0o755, content}}
	for _, name := range copied {
		content, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		files = append(files, file{name, 0o644, content})
	}
	pages, err := r.pages()
	return append(files, pages...), err
}

// pages returns the completions and the manual pages.
func (r release) pages() ([]file, error) {
	completions, err := completions(cli.Command())
	if err != nil {
		return nil, err
	}
	manual, err := r.manPages(cli.Command())
	return append(completions, manual...), err
}

// writePages writes the completions and the manual pages into dir.
func (r release) writePages(dir string) error {
	pages, err := r.pages()
	if err != nil {
		return err
	}
	for _, page := range pages {
		name := filepath.Join(dir, page.name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(name, page.content, os.FileMode(page.mode)); err != nil {
			return err
		}
	}
	return nil
}

// completions returns the scripts that complete catbot's command line, by shell.
func completions(root *cobra.Command) ([]file, error) {
	var files []file
	for name, write := range map[string]func(io.Writer) error{
		"catbot.bash": func(w io.Writer) error { return root.GenBashCompletionV2(w, true) },
		"_catbot":     root.GenZshCompletion,
		"catbot.fish": func(w io.Writer) error { return root.GenFishCompletion(w, true) },
		"catbot.ps1":  root.GenPowerShellCompletionWithDesc,
	} {
		var script bytes.Buffer
		if err := write(&script); err != nil {
			return nil, fmt.Errorf("writing the completions: %w", err)
		}
		files = append(files, file{"completions/" + name, 0o644, script.Bytes()})
	}
	slices.SortFunc(files, func(a, b file) int { return strings.Compare(a.name, b.name) })
	return files, nil
}

// manPages returns the manual pages of catbot and its subcommands.
func (r release) manPages(root *cobra.Command) ([]file, error) {
	root.DisableAutoGenTag = true // it would hold today's date
	dir, err := os.MkdirTemp("", "catbot-man-*")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	header := &doc.GenManHeader{Section: "1", Source: "catbot " + r.version, Manual: "catbot", Date: &r.time}
	if err := doc.GenManTree(root, header, dir); err != nil {
		return nil, fmt.Errorf("writing the manual pages: %w", err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var files []file
	for _, entry := range entries {
		content, err := os.ReadFile(filepath.Join(dir, entry.Name()))
		if err != nil {
			return nil, err
		}
		files = append(files, file{"man/man1/" + entry.Name(), 0o644, content})
	}
	return files, nil
}

// writeArchive writes files into an archive in the form that is usual on the target's system.
func (r release) writeArchive(target string, files []file) error {
	name, write := r.name(target)+".tar.gz", r.writeTar
	if strings.HasPrefix(target, "windows/") {
		name, write = r.name(target)+".zip", r.writeZip
	}
	var archive bytes.Buffer
	if err := write(&archive, r.name(target), files); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return os.WriteFile(filepath.Join(r.out, name), archive.Bytes(), 0o644)
}

func (r release) writeTar(out io.Writer, dir string, files []file) error {
	compressed := gzip.NewWriter(out)
	archive := tar.NewWriter(compressed)
	for _, f := range files {
		header := &tar.Header{
			Name: dir + "/" + f.name, Mode: f.mode, Size: int64(len(f.content)), ModTime: r.time, Format: tar.FormatUSTAR,
		}
		if err := archive.WriteHeader(header); err != nil {
			return err
		}
		if _, err := archive.Write(f.content); err != nil {
			return err
		}
	}
	if err := archive.Close(); err != nil {
		return err
	}
	return compressed.Close()
}

func (r release) writeZip(out io.Writer, dir string, files []file) error {
	archive := zip.NewWriter(out)
	for _, f := range files {
		header := &zip.FileHeader{Name: dir + "/" + f.name, Method: zip.Deflate, Modified: r.time}
		header.SetMode(os.FileMode(f.mode))
		entry, err := archive.CreateHeader(header)
		if err != nil {
			return err
		}
		if _, err := entry.Write(f.content); err != nil {
			return err
		}
	}
	return archive.Close()
}

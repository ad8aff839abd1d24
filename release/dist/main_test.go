package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

var testRelease = release{version: "v1.2.3", time: time.Unix(1_790_000_000, 0).UTC()}

// testFiles returns the files of an archive whose program is a text.
func testFiles(t *testing.T) []file {
	t.Helper()
	program := filepath.Join(t.TempDir(), "catbot")
	if err := os.WriteFile(program, []byte("program"), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Chdir("../..")
	files, err := testRelease.files(program)
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestArchivesHaveWhatAnAdministratorNeeds(t *testing.T) {
	var tarred, zipped bytes.Buffer
	files := testFiles(t)
	if err := errors.Join(testRelease.writeTar(&tarred, "dir", files), testRelease.writeZip(&zipped, "dir", files)); err != nil {
		t.Fatal(err)
	}
	inTar, inZip := namesInTar(t, &tarred), namesInZip(t, zipped.Bytes())
	if !slices.Equal(inTar, inZip) {
		t.Errorf("one has %v, the other %v", inTar, inZip)
	}
	for _, name := range []string{
		"-rwxr-xr-x dir/catbot", "-rw-r--r-- dir/README.md", "-rw-r--r-- dir/LICENSE",
		"-rw-r--r-- dir/THIRD_PARTY_NOTICES", "-rw-r--r-- dir/manifest.yaml", "-rw-r--r-- dir/.env.example",
		"-rw-r--r-- dir/completions/catbot.bash", "-rw-r--r-- dir/completions/_catbot",
		"-rw-r--r-- dir/completions/catbot.fish", "-rw-r--r-- dir/completions/catbot.ps1",
		"-rw-r--r-- dir/man/man1/catbot.1", "-rw-r--r-- dir/man/man1/catbot-doctor.1",
	} {
		if !slices.Contains(inTar, name) {
			t.Errorf("there is no %s among %v", name, inTar)
		}
	}
}

func namesInTar(t *testing.T, archive io.Reader) (names []string) {
	t.Helper()
	uncompressed, err := gzip.NewReader(archive)
	if err != nil {
		t.Fatal(err)
	}
	for r := tar.NewReader(uncompressed); ; {
		header, err := r.Next()
		if err == io.EOF {
			return names
		}
		if err != nil {
			t.Fatal(err)
		}
		if header.Uid != 0 || header.Uname != "" || !header.ModTime.Equal(testRelease.time) {
			t.Errorf("%s names who made it, or when: %+v", header.Name, header)
		}
		names = append(names, fmt.Sprint(header.FileInfo().Mode(), " ", header.Name))
	}
}

func namesInZip(t *testing.T, archive []byte) (names []string) {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range r.File {
		names = append(names, fmt.Sprint(entry.Mode(), " ", entry.Name))
	}
	return names
}

func TestArchivesAreTheSameTwice(t *testing.T) {
	first := testFiles(t)
	second, err := testRelease.files(filepath.Join(t.TempDir(), "missing"))
	if err == nil {
		t.Fatalf("an archive without a program has %d files", len(second))
	}
	t.Chdir("release/dist")
	second = testFiles(t)
	for i, f := range first {
		if other := second[i]; f.name != other.name || !bytes.Equal(f.content, other.content) {
			t.Errorf("%s differs from %s", f.name, other.name)
		}
	}
}

func TestChecksumsAreThoseOfTheFiles(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"b", "a"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("file "+name), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := writeChecksums(dir); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(filepath.Join(dir, checksumsName))
	want := fmt.Sprintf("%x  a\n%x  b\n", sha256.Sum256([]byte("file a")), sha256.Sum256([]byte("file b")))
	if err != nil || string(got) != want {
		t.Errorf("%v: %s", err, got)
	}
}

// TestGoreleaserBuildsTheSame holds the targets and the files of the archives to those of .goreleaser.yaml.
func TestGoreleaserBuildsTheSame(t *testing.T) {
	text, err := os.ReadFile("../../.goreleaser.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, target := range targets {
		system, processor, _ := strings.Cut(target, "/")
		if !strings.Contains(string(text), "goos: [linux, darwin, windows]") || !strings.Contains(string(text), "goarch: [amd64, arm64]") {
			t.Errorf(".goreleaser.yaml does not build %s for %s", system, processor)
		}
	}
	tools := regexp.MustCompile(`-modfile=([^,]+),`).FindSubmatch(text)
	if tools == nil {
		t.Fatal(".goreleaser.yaml writes no SBOM")
	}
	if _, err := os.Stat(filepath.Join("../../dist", string(tools[1]))); err != nil { // goreleaser runs it in dist
		t.Error(err)
	}
	for _, name := range copied {
		if !strings.Contains(string(text), strings.TrimSuffix(filepath.Base(name), ".md")) {
			t.Errorf(".goreleaser.yaml does not put %s into an archive", name)
		}
	}
}

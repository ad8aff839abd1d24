// Command dist builds a release: for each system an archive with the static program, its completions, its manual pages
// and its licences, an SBOM of the program, and the checksums of all. The same source, version and Go give the same
// bytes on each machine; with -check, dist builds one system a second time elsewhere and compares.
package main

import (
	"bytes"
	"crypto/sha256"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

func main() {
	var r release
	var seconds int64
	flag.StringVar(&r.version, "version", "development", "the version")
	flag.StringVar(&r.revision, "revision", "", "the revision of the source")
	flag.Int64Var(&seconds, "time", 0, "the time of the files, in seconds since 1970")
	flag.StringVar(&r.out, "out", "dist", "the directory to write")
	only := flag.String("only", "", "one system, such as linux/amd64; empty: all")
	pages := flag.String("pages", "", "only write the completions and the manual pages, here")
	check := flag.Bool("check", false, "build the first system a second time, in a copy of the source, and compare")
	flag.Parse()
	r.time = time.Unix(seconds, 0).UTC()
	targets := targets
	if *only != "" {
		targets = []string{*only}
	}
	var err error
	if *pages != "" {
		err = r.writePages(*pages)
	} else if err = r.build(targets); err == nil && *check {
		err = r.checkReproducible(targets[0])
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "dist:", err)
		os.Exit(1)
	}
}

var targets = []string{
	"linux/amd64", "linux/arm64", "darwin/amd64", "darwin/arm64", "windows/amd64", "windows/arm64",
}

// A release is what dist was asked for.
type release struct {
	version, revision string
	time              time.Time // of all files
	out               string
}

// build writes the archives and SBOMs of targets, and the checksums.
func (r release) build(targets []string) error {
	if err := os.RemoveAll(r.out); err != nil {
		return err
	}
	if err := os.MkdirAll(r.out, 0o755); err != nil {
		return err
	}
	for _, target := range targets {
		if err := r.buildTarget(".", target); err != nil {
			return fmt.Errorf("%s: %w", target, err)
		}
		fmt.Println("built for", target)
	}
	return writeChecksums(r.out)
}

// name is what the files of a target begin with.
func (r release) name(target string) string {
	return "catbot_" + r.version + "_" + strings.ReplaceAll(target, "/", "_")
}

// buildTarget builds the source in dir for a system.
func (r release) buildTarget(dir, target string) error {
	system, processor, _ := strings.Cut(target, "/")
	work, err := os.MkdirTemp("", "catbot-dist-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	program := filepath.Join(work, "catbot")
	if system == "windows" {
		program += ".exe"
	}
	// The revision is set here and not by Go, which knows it in a clone only, and not in a copy of the source.
	flags := fmt.Sprintf("-s -w -X catbot/cli.version=%s -X catbot/cli.revision=%s", r.version, r.revision)
	compile := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-ldflags", flags, "-o", program, ".")
	compile.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+system, "GOARCH="+processor, "GOAMD64=v1", "GOFLAGS=")
	compile.Dir = dir
	if err := run(compile); err != nil {
		return err
	}
	// An SBOM of the program itself: what the linker has put into it.
	list := exec.Command("go", "tool", "-modfile=release/tools/go.mod", "cyclonedx-gomod", "bin",
		"-json", "-std", "-noserial", "-notimestamp", "-version", r.version, "-output", "-", program)
	list.Stderr = os.Stderr
	sbom, err := list.Output()
	if err != nil {
		return fmt.Errorf("writing the SBOM: %w", err)
	}
	if err := os.WriteFile(filepath.Join(r.out, r.name(target)+".cdx.json"), sbom, 0o644); err != nil {
		return err
	}
	files, err := r.files(program)
	if err != nil {
		return err
	}
	return r.writeArchive(target, files)
}

func run(c *exec.Cmd) error {
	c.Stdout, c.Stderr = os.Stderr, os.Stderr
	if err := c.Run(); err != nil {
		return fmt.Errorf("%s: %w", strings.Join(c.Args[:2], " "), err)
	}
	return nil
}

// checksumsName is a file for sha256sum --check.
const checksumsName = "SHA256SUMS"

func writeChecksums(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	var sums strings.Builder
	for _, entry := range entries { // by name
		content, err := os.ReadFile(filepath.Join(dir, entry.Name()))
		if err != nil {
			return err
		}
		fmt.Fprintf(&sums, "%x  %s\n", sha256.Sum256(content), entry.Name())
	}
	return os.WriteFile(filepath.Join(dir, checksumsName), []byte(sums.String()), 0o644)
}

// checkReproducible builds a target again from a copy of the source, and compares with what is in out.
func (r release) checkReproducible(target string) error {
	elsewhere, err := os.MkdirTemp("", "catbot-again-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(elsewhere)
	source := filepath.Join(elsewhere, "source")
	if err := copySource(source); err != nil {
		return err
	}
	again := r
	again.out = filepath.Join(elsewhere, "out")
	if err := os.Mkdir(again.out, 0o755); err != nil {
		return err
	}
	if err := again.buildTarget(source, target); err != nil {
		return err
	}
	built, err := os.ReadDir(again.out)
	if err != nil {
		return err
	}
	for _, file := range built {
		first, err := os.ReadFile(filepath.Join(r.out, file.Name()))
		if err != nil {
			return err
		}
		second, err := os.ReadFile(filepath.Join(again.out, file.Name()))
		if err != nil {
			return err
		}
		if !bytes.Equal(first, second) {
			return fmt.Errorf("a second build of %s differs from the first", file.Name())
		}
		fmt.Println("the same bytes twice:", file.Name())
	}
	return nil
}

// copySource copies what the program is built from.
func copySource(to string) error {
	listed, err := exec.Command("git", "ls-files", "-z", "--", "*.go", "go.mod", "go.sum", "demo/page").Output()
	if err != nil {
		return fmt.Errorf("listing the source: %w", err)
	}
	for name := range strings.SplitSeq(strings.TrimRight(string(listed), "\x00"), "\x00") {
		content, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		if err := os.MkdirAll(filepath.Join(to, filepath.Dir(name)), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(to, name), content, 0o644); err != nil {
			return err
		}
	}
	return nil
}

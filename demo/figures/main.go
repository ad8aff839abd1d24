// Command figures replaces a section of a page, between <!-- name --> and <!-- /name -->, with its standard input, and
// prints that, too. So the figures on the page are those that a tool has measured.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"os"
)

func main() {
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "figures page section: replace the section with standard input")
	}
	flag.Parse()
	if flag.NArg() != 2 {
		flag.Usage()
		os.Exit(2)
	}
	if err := run(flag.Arg(0), flag.Arg(1), os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "figures:", err)
		os.Exit(1)
	}
}

func run(page, section string, in io.Reader, out io.Writer) error {
	text, err := io.ReadAll(io.TeeReader(in, out))
	if err != nil {
		return fmt.Errorf("reading the figures: %w", err)
	}
	if len(bytes.TrimSpace(text)) == 0 {
		return fmt.Errorf("there are no figures for %s", section)
	}
	old, err := os.ReadFile(page)
	if err != nil {
		return err
	}
	replaced, err := replace(old, section, text)
	if err != nil {
		return fmt.Errorf("%s: %w", page, err)
	}
	return os.WriteFile(page, replaced, 0o644)
}

// replace returns page with text in place of its section.
func replace(page []byte, section string, text []byte) ([]byte, error) {
	begin, end := []byte("<!-- "+section+" -->\n"), []byte("<!-- /"+section+" -->\n")
	before, rest, begun := bytes.Cut(page, begin)
	_, after, ended := bytes.Cut(rest, end)
	if !begun || !ended {
		return nil, fmt.Errorf("there is no section between %q and %q", begin, end)
	}
	text = append(bytes.Trim(text, "\n"), '\n')
	return bytes.Join([][]byte{before, begin, []byte("\n"), text, []byte("\n"), end, after}, nil), nil
}

package cli

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"
)

func configCommand(stdout io.Writer) *cobra.Command {
	return &cobra.Command{
		Use:   "config",
		Short: "Print each setting, and whether the environment, a file or a default sets it; secrets are hidden",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			cfg, malformed := readConfig()
			if err := printSettings(stdout); err != nil {
				return err
			}
			if problems := cfg.allProblems(malformed); len(problems) > 0 {
				return fmt.Errorf("not right yet: %s; catbot doctor says how to fix it", variableNames(problems))
			}
			return nil
		},
	}
}

// printSettings writes each setting as a line of an environment file. What is not set stands behind a #.
func printSettings(out io.Writer) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for field := range reflect.TypeFor[Config]().Fields() {
		if !field.IsExported() {
			continue
		}
		name := field.Tag.Get("envconfig")
		path, fallback := os.Getenv(name+fileSuffix), field.Tag.Get("default")
		value, set := os.LookupEnv(name)
		set = set && (value != "" || fallback != "") // an empty value replaces a default
		inFile := mayBeInFile(field) && path != ""
		switch {
		case set && mayBeInFile(field) && name != "REDIS_URL":
			fmt.Fprintf(table, "%s=[hidden]\t# environment\n", name)
		case set:
			fmt.Fprintf(table, "%s=%s\t# environment\n", name, shownSetting(value))
		case !inFile && fallback == "":
			fmt.Fprintf(table, "#%s=\t# not set\n", name)
		case !inFile:
			fmt.Fprintf(table, "#%s=%s\t# default\n", name, fallback)
		}
		if inFile {
			fmt.Fprintf(table, "%s%s=%s\t# file\n", name, fileSuffix, shownPath(path))
		}
	}
	return table.Flush()
}

// shownPath returns path for an environment file. It hides what may be the secret itself, in place of its file.
func shownPath(path string) string {
	if filepath.IsAbs(path) {
		return quoteForShell(path)
	}
	return shownSetting(path)
}

// shownSetting returns value for an environment file. What may be a secret is hidden, as in quoteSetting.
func shownSetting(value string) string {
	if secretLike.MatchString(value) {
		return "[hidden]"
	}
	return quoteForShell(withoutCredentials(value))
}

// plainSetting matches a value that means the same with and without quotes, in a shell and in an environment file.
var plainSetting = regexp.MustCompile(`^[\w%+,./:@[\]=-]*$`)

func quoteForShell(value string) string {
	if plainSetting.MatchString(value) {
		return value
	}
	return "'" + strings.ReplaceAll(value, "'", `'\''`) + "'"
}

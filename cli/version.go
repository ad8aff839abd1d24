package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// These are set when a release is built, with -ldflags '-X catbot/cli.version=… -X catbot/cli.revision=…'.
var version, revision string

// A build says what this program was made from.
type build struct {
	Version  string `json:"version"`            // "development" if it is no release
	Revision string `json:"revision,omitempty"` // of the source, if it is known
	Modified bool   `json:"modified,omitempty"` // the source had changes beside the revision
	Go       string `json:"go"`
	Platform string `json:"platform"` // "linux/amd64"
}

func readBuild() build {
	b := build{Version: version, Revision: revision, Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	if b.Version == "" {
		b.Version = "development"
	}
	info, ok := debug.ReadBuildInfo()
	if !ok || b.Revision != "" {
		return b
	}
	for _, setting := range info.Settings {
		switch setting.Key {
		case "vcs.revision":
			b.Revision = setting.Value
		case "vcs.modified":
			b.Modified = setting.Value == "true"
		}
	}
	return b
}

// versionText returns the release, or the revision of the build.
func versionText() string {
	b := readBuild()
	if version == "" && b.Revision != "" {
		return b.Version + ", " + b.Revision
	}
	return b.Version
}

func versionCommand(stdout io.Writer) *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if asJSON {
				return json.NewEncoder(stdout).Encode(readBuild())
			}
			_, err := fmt.Fprintln(stdout, "catbot", versionText())
			return err
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print the revision, the version of Go and the platform, too")
	return c
}

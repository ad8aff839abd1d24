// Command catbot is a Slack bot that says which ISPs fail, where, and why, from Tencent Cloud CAT's synthetic probes.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	"time"

	"github.com/spf13/cobra"
)

// version is set when a release is built.
var version = ""

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends catbot at once
	err := newCommand(os.Stdout, os.Stderr).ExecuteContext(ctx)
	os.Exit(exitCode(err, os.Stderr))
}

// An exitError ends the process with a code of its own, after everything has been said.
type exitError int

func (e exitError) Error() string { return fmt.Sprintf("exit code %d", int(e)) }

// exitCode says what err is, and returns what the process ends with: 0 done, 1 not done, 2 not understood.
func exitCode(err error, stderr io.Writer) int {
	if err == nil {
		return 0
	}
	if code, ok := errors.AsType[exitError](err); ok {
		return int(code)
	}
	fmt.Fprintln(stderr, "catbot:", err)
	return 1
}

func newCommand(stdout, stderr io.Writer) *cobra.Command {
	root := &cobra.Command{
		Use:   "catbot",
		Short: "Which ISPs fail, where, and why: Tencent Cloud CAT's probes, answered in Slack",
		Long: "catbot answers /cat in Slack over Socket Mode. Without a subcommand it runs the bot, configured by the environment.\n" +
			"Without any account, try: catbot ask --demo 'codes 126531 last 8h jiangxi'",
		Version:       versionText(),
		Args:          cobra.NoArgs,
		SilenceUsage:  true,
		SilenceErrors: true,
		RunE: func(c *cobra.Command, _ []string) error {
			cfg, err := readConfig()
			if err != nil {
				return err
			}
			return run(c.Context(), cfg, stderr)
		},
	}
	root.SetOut(stdout)
	root.SetErr(stderr)
	root.AddCommand(askCommand(stdout, stderr), demoCommand(stdout), doctorCommand(stdout), healthCommand(), versionCommand(stdout))
	return root
}

func versionCommand(stdout io.Writer) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  cobra.NoArgs,
		Run:   func(*cobra.Command, []string) { fmt.Fprintln(stdout, "catbot", versionText()) },
	}
}

// versionText is the release, or else what the build knows of its source.
func versionText() string {
	if version != "" {
		return version
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	for _, setting := range info.Settings {
		if setting.Key == "vcs.revision" {
			return "development, " + setting.Value
		}
	}
	return "development"
}

// timeoutFor bounds what a person waits for in a terminal.
const timeoutFor = 30 * time.Second

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

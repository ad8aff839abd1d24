// Package cli is the command line of catbot: its commands, its configuration, and how the bot is put together.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"
)

// Main runs a command line until it is done or a signal ends it, and returns the exit code of the process.
func Main(args []string) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends catbot at once
	return execute(ctx, args, os.Stdout, os.Stderr)
}

// An exitError is the exit code of a command that has already printed why.
type exitError int

func (e exitError) Error() string { return fmt.Sprintf("exit code %d", int(e)) }

// exitCodes explains in the help what execute returns.
const exitCodes = "catbot ends with 0 when what was asked is done, 1 when it is not, 2 when it was not understood:\n" +
	"a wrong subcommand, a wrong flag, a command of /cat with a mistake."

// execute runs a command line and returns the exit code.
func execute(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	root := newCommand(stdout, stderr)
	understood := false
	root.PersistentPreRun = func(*cobra.Command, []string) { understood = true }
	root.SetArgs(args)
	root.SetHelpCommand(helpCommand())
	root.InitDefaultCompletionCmd()
	if completion, _, err := root.Find([]string{"completion"}); err == nil {
		// With a RunE, cobra returns an error for an unknown shell.
		completion.RunE = func(c *cobra.Command, _ []string) error { return c.Help() }
	}
	err := root.ExecuteContext(ctx)
	if code, ok := errors.AsType[exitError](err); ok {
		return int(code)
	}
	switch {
	case err == nil:
		return 0
	case understood:
		fmt.Fprintln(stderr, "catbot:", err)
		return 1
	}
	fmt.Fprintf(stderr, "catbot: %v\nTo see what there is: catbot --help\n", err)
	return 2
}

// Command returns the command line, for its manual pages and completions.
func Command() *cobra.Command { return newCommand(os.Stdout, os.Stderr) }

func newCommand(stdout, stderr io.Writer) *cobra.Command {
	root := &cobra.Command{
		Use:   "catbot",
		Short: "Which ISPs fail, where, and why: Tencent Cloud CAT's probes, answered in Slack",
		Long: "catbot answers /cat in Slack over Socket Mode. " +
			"Without a subcommand it runs the bot, configured by the environment.\n" +
			"Without any account, try: catbot ask --demo 'codes 126531 last 8h jiangxi'\n\n" + exitCodes,
		Version:       versionText(),
		Args:          cobra.NoArgs,
		SilenceUsage:  true,
		SilenceErrors: true,
		RunE: func(c *cobra.Command, _ []string) error {
			cfg, malformed := readConfig()
			if problems := cfg.allProblems(malformed); len(problems) > 0 {
				explain(stderr, "catbot can't start:", problems)
				return exitError(1)
			}
			return run(c.Context(), cfg, stderr)
		},
	}
	root.SetOut(stdout)
	root.SetErr(stderr)
	root.AddCommand(
		askCommand(stdout, stderr),
		configCommand(stdout),
		demoCommand(stdout, stderr),
		doctorCommand(stdout),
		exportCommand(stdout, stderr),
		healthCommand(),
		importCommand(os.Stdin, stdout, stderr),
		versionCommand(stdout),
	)
	return root
}

// helpCommand is cobra's help command, but returns an error for an unknown command.
func helpCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "help [command]",
		Short: "Help about any command",
		Args: func(c *cobra.Command, args []string) error {
			if _, rest, err := c.Root().Find(args); err != nil || len(rest) > 0 {
				return fmt.Errorf("there is no help on %q", strings.Join(args, " "))
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			found, _, err := c.Root().Find(args)
			if err != nil {
				return err
			}
			return found.Help()
		},
	}
}

// askTimeout bounds the wait for an answer in a terminal.
const askTimeout = 30 * time.Second

func discardLog() *slog.Logger { return slog.New(slog.DiscardHandler) }

package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os/exec"
	"runtime"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"catbot/demo"
)

// demoSeed is the seed of ask --demo and of demo, which makes both give the same answers.
const demoSeed = 1

func demoCommand(stdout, stderr io.Writer) *cobra.Command {
	var opts demo.Options
	var open bool
	c := &cobra.Command{
		Use:   "demo [--open]",
		Short: "Use catbot in the browser: a simulated Slack and CAT, no account, no network",
		Long: "demo opens a workspace in the browser: this same bot, connected over Socket Mode to a simulated " +
			"Slack, asks a simulated CAT API.\n" +
			"Nothing leaves this machine. Ctrl-C ends it, and nothing is kept.",
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			cfg, malformed := readConfig()
			if len(malformed) > 0 {
				explain(stderr, "catbot can't start:", malformed)
				return exitError(1)
			}
			return runDemo(c.Context(), cfg, opts, func(url string) error {
				fmt.Fprintf(stdout, "catbot's workspace is open at %s\nCtrl-C ends it.\n", url)
				if open {
					if err := openBrowser(c.Context(), url); err != nil {
						fmt.Fprintln(stdout, "The browser did not open; go there by hand:", err)
					}
				}
				return nil
			})
		},
	}
	c.Flags().StringVar(&opts.Addr, "addr", "127.0.0.1:8126",
		"where the page is, on this machine; a free port when that one is taken")
	c.Flags().Uint64Var(&opts.Seed, "seed", demoSeed, "other seeds have other failures")
	c.Flags().BoolVar(&open, "open", false, "open the page in the browser")
	return c
}

// runDemo runs the bot against a simulated Slack and CAT until ctx is done. It calls ready with the page's URL.
func runDemo(ctx context.Context, cfg Config, opts demo.Options, ready func(url string) error) error {
	d, err := demo.Start(opts)
	if err != nil {
		return err
	}
	defer d.Close()
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return run(ctx, cfg.forWorkspace(d), d.Log) })
	group.Go(func() error { return ready(d.URL()) })
	if err := group.Wait(); err != nil && !errors.Is(err, context.Canceled) {
		return fmt.Errorf("running the demonstration: %w", err)
	}
	return nil
}

// forWorkspace returns c with d in place of Slack, CAT and Redis.
func (c Config) forWorkspace(d *demo.Demo) Config {
	c = c.forDemo(d.Probes)
	c.SlackAppToken, c.SlackBotToken, c.SlackAPIURL = d.Slack.AppToken(), d.Slack.BotToken(), d.Slack.APIURL()
	c.RedisURL, c.DataDir = d.Redis.URL(), ""
	c.HTTPAddr, c.LogFormat, c.LogLevel = "127.0.0.1:0", "json", slog.LevelInfo
	c.Channels, c.Admins = nil, nil
	c.now, c.listening = d.Clock.Now, d.ReadMetrics
	return c
}

// openBrowser opens url in the system's browser.
func openBrowser(ctx context.Context, url string) error {
	name, args := "xdg-open", []string{url}
	switch runtime.GOOS {
	case "darwin":
		name = "open"
	case "windows":
		name, args = "rundll32", []string{"url.dll,FileProtocolHandler", url}
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second) // Ctrl-C does not cancel it
	defer cancel()
	if err := exec.CommandContext(ctx, name, args...).Run(); err != nil {
		return fmt.Errorf("running %s: %w", name, err)
	}
	return nil
}

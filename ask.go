package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"catbot/bot"
	"catbot/commands"
	"catbot/demo/probes"
	"catbot/names"
	"catbot/report"
	"catbot/words"
)

func askCommand(stdout, stderr io.Writer) *cobra.Command {
	var format string
	var demo bool
	c := &cobra.Command{
		Use:   "ask [--demo] [--format text|json|csv|blocks] '<command>'",
		Short: "Answer a command of /cat in the terminal",
		Long: "ask answers a command as /cat does in Slack, by the same way.\n\n" +
			"It ends with 0 when there is an answer, 1 when there is none, 2 when the command was not understood.",
		Example: "  catbot ask --demo 'codes 126531 from 2017-05-25 00:00 to 2017-05-25 08:10 jiangxi'\n" +
			"  catbot ask --format csv 'codes 126531 last 24h compare' > failures.csv",
		Args: cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error {
			ctx, cancel := context.WithTimeout(c.Context(), timeoutFor)
			defer cancel()
			cfg, err := readConfig()
			if err != nil {
				return err
			}
			if demo {
				api, err := probes.Start(probes.Options{Seed: demoSeed})
				if err != nil {
					return fmt.Errorf("starting the simulated CAT API: %w", err)
				}
				defer api.Close()
				cfg = cfg.forDemo(api)
			}
			return ask(ctx, cfg, strings.Join(args, " "), format, stdout, stderr)
		},
	}
	c.Flags().StringVar(&format, "format", "text", "text, json, csv, or blocks (the message in Slack)")
	c.Flags().BoolVar(&demo, "demo", false, "ask a simulated CAT API in this process: no account, no network")
	_ = c.RegisterFlagCompletionFunc("format", cobra.FixedCompletions([]string{"text", "json", "csv", "blocks"}, cobra.ShellCompDirectiveNoFileComp))
	return c
}

// forDemo is c with the simulated API in place of Tencent's, and nothing else from outside.
func (c Config) forDemo(api *probes.API) Config {
	c.CATAPIURL, c.CATAPI3URL = api.URL(), api.URL3()
	c.SecretID, c.SecretKey, c.Token, c.Region = api.SecretID(), api.SecretKey(), "", ""
	c.RedisURL, c.CATRate = "", 100 // nobody else asks
	return c
}

// ask answers one command. What goes wrong before the API is asked costs no connection to anything.
func ask(ctx context.Context, cfg Config, text, format string, stdout, stderr io.Writer) error {
	render, ok := renderers[format]
	if !ok {
		return fmt.Errorf("--format is %q: expected text, json, csv or blocks", format)
	}
	command, err := (&commands.Runner{Now: cfg.now, DefaultWindow: time.Duration(cfg.DefaultWindow), MaxWindow: time.Duration(cfg.MaxWindow)}).Parse(text)
	if syntax, ok := errors.AsType[*commands.SyntaxError](err); ok {
		refuse(stderr, syntax, cfg.words())
		return exitError(2)
	}
	if help, ok := command.(commands.Help); ok {
		printHelp(stdout, help.Topic, cfg.words())
		return nil
	}
	switch command.(type) {
	case commands.Codes, commands.Trend, commands.Tasks:
	default:
		fmt.Fprintln(stderr, cfg.words().OnlyInSlack())
		return exitError(1)
	}
	if missing := cfg.missingCAT(); len(missing) > 0 {
		explainMissing(stderr, "catbot can't ask CAT:", missing)
		return exitError(1)
	}
	if cfg.LogLevel > slog.LevelDebug {
		cfg.LogLevel = slog.LevelError // the answer itself says what else went wrong
	}
	log := cfg.newLogger(stderr)
	house, err := build(cfg, log, bot.NewMetrics())
	if err != nil {
		return err
	}
	defer house.close(log)
	switch c := command.(type) {
	case commands.Trend:
		return askTrend(stdout, house.runner.Trend(ctx, c, cfg.now()), format, cfg.words())
	case commands.Tasks:
		return askTasks(ctx, stdout, house, c, cfg.words())
	}
	answer := house.runner.Codes(ctx, command.(commands.Codes), cfg.now())
	if err := render(stdout, answer, cfg.words(), cfg.now()); err != nil {
		return fmt.Errorf("writing the answer: %w", err)
	}
	if answer.Failed() {
		return exitError(1)
	}
	return nil
}

// askTrend writes a trend, which has no form but a person's.
func askTrend(out io.Writer, t report.Trend, format string, w words.Words) error {
	if format != "text" {
		return fmt.Errorf("--format is %q: a trend is text only", format)
	}
	if _, err := io.WriteString(out, report.TrendText(t, w)); err != nil {
		return fmt.Errorf("writing the answer: %w", err)
	}
	if t.Err() != nil {
		return exitError(1)
	}
	return nil
}

// askTasks writes a line for each task that is found: its id, its name, its target.
func askTasks(ctx context.Context, out io.Writer, h *house, c commands.Tasks, w words.Words) error {
	known := names.New(names.Config{Redis: h.store.Client(), Keep: h.store.Keep, Listers: []names.Lister{h.client.Tasks, h.client.ProbeTasks}, Now: h.runner.Now})
	all, err := known.Tasks(ctx)
	if err != nil {
		fmt.Fprintln(out, w.TasksMissing(w.Upstream(err)))
	}
	if len(all) == 0 && err != nil {
		return exitError(1)
	}
	for t := range names.NewIndex(all, nil).Find(c.Text) {
		fmt.Fprintf(out, "%s\t%s\t%s\n", t.ID, words.Plain(t.Name, 100), words.Plain(t.Target, 200))
	}
	return nil
}

// renderers write an answer in each format.
var renderers = map[string]func(io.Writer, report.Answer, words.Words, time.Time) error{
	"text": func(out io.Writer, a report.Answer, w words.Words, now time.Time) error {
		_, err := io.WriteString(out, report.Text(a, w, now))
		return err
	},
	"json": func(out io.Writer, a report.Answer, w words.Words, now time.Time) error {
		text, err := report.JSON(a, w, now)
		if err != nil {
			return err
		}
		_, err = out.Write(append(text, '\n'))
		return err
	},
	"csv": func(out io.Writer, a report.Answer, w words.Words, _ time.Time) error { return report.CSV(out, a, w) },
	"blocks": func(out io.Writer, a report.Answer, w words.Words, now time.Time) error {
		encoder := json.NewEncoder(out)
		encoder.SetEscapeHTML(false)
		encoder.SetIndent("", "  ")
		m := bot.AnswerMessage(a, "", w, now)
		return encoder.Encode(map[string]any{"text": m.Text, "blocks": m.Rich})
	},
}

// refuse explains a command that was not understood.
func refuse(out io.Writer, e *commands.SyntaxError, w words.Words) {
	fmt.Fprintln(out, e.Explain(w))
	if text, carets := e.Pointer(); text != "" {
		fmt.Fprintf(out, "  %s\n  %s\n", text, carets)
	}
	fmt.Fprintf(out, "%s %s\n", w.TryThis(), e.Try)
}

func printHelp(out io.Writer, topic string, w words.Words) {
	help := w.Help(topic)
	fmt.Fprintf(out, "%s\n%s\n\n", help.Title, help.Intro)
	for _, example := range help.Examples {
		fmt.Fprintf(out, "  %s\n      %s\n", example.Command, example.Does)
	}
	for _, note := range help.Notes {
		fmt.Fprintf(out, "\n%s\n", note)
	}
}

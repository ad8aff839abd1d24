package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"catbot/commands"
	"catbot/demo/fakecat"
	"catbot/i18n"
	"catbot/report"
)

// formats are those in which ask answers; csv is of codes and incidents, blocks of codes alone.
var formats = []string{"text", "json", "csv", "blocks"}

func askCommand(stdout, stderr io.Writer) *cobra.Command {
	var format string
	var demo, bom bool
	c := &cobra.Command{
		DisableFlagsInUseLine: true,
		Use:                   "ask [--demo] [--format text|json|csv|blocks] [--bom] '<command>'",
		Short:                 "Answer a command of /cat in the terminal",
		Long: "ask answers a command as /cat does in Slack, by the same way: codes, trend, tasks, alias, incidents " +
			"and help. Digests live in Slack's channels.\n\n" +
			"It ends with 0 when there is an answer, 1 when there is none, 2 when the command was not understood. " +
			"With --format json that stands\non standard output too, as {\"error\": {\"message\": …}}.",
		Example: "  catbot ask --demo 'codes 126531 from 2017-05-25 00:00 to 2017-05-25 08:10 jiangxi'\n" +
			"  catbot ask --format csv 'codes 126531 last 24h compare' > failures.csv\n" +
			"  catbot ask --format json 'tasks shop'",
		Args: func(*cobra.Command, []string) error {
			if !slices.Contains(formats, format) {
				return fmt.Errorf("--format is %q: expected text, json, csv or blocks", format)
			}
			if bom && format != "csv" {
				return errors.New("--bom is for --format csv alone")
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			ctx, cancel := context.WithTimeout(c.Context(), askTimeout)
			defer cancel()
			answer := runAsk(ctx, strings.Join(args, " "), format, demo, stderr)
			if bom && answer.stdout != "" {
				answer.stdout = report.ByteOrderMark + answer.stdout
			}
			return answer.write(stdout, stderr)
		},
	}
	c.Flags().StringVar(&format, "format", "text",
		"text, json, csv (of codes and incidents), or blocks (the message in Slack, of codes)")
	c.Flags().BoolVar(&bom, "bom", false, "begin a csv with a byte order mark, so that Excel reads its Chinese")
	c.Flags().BoolVar(&demo, "demo", false, "ask a simulated CAT API in this process: no account, no network")
	_ = c.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(formats, cobra.ShellCompDirectiveNoFileComp))
	return c
}

// usualTime is how long a command in the terminal waits for what is usual: nobody finds it in the cache later.
const usualTime = 3 * time.Second

// runAsk answers a command, or says why it does not. stderr is for the log.
func runAsk(ctx context.Context, text, format string, demo bool, stderr io.Writer) output {
	cfg, malformed := readConfig()
	if len(malformed) > 0 {
		return settingsError(format, malformed)
	}
	if demo {
		api, err := fakecat.Start(fakecat.Options{Seed: demoSeed})
		if err != nil {
			return errorOutput(format, 1, "starting the simulated CAT API: "+err.Error())
		}
		defer api.Close()
		cfg = cfg.forDemo(api)
	}
	return ask(ctx, cfg, text, format, demo, stderr)
}

// forDemo returns c with the simulated API in place of Tencent's, and without Redis.
func (c Config) forDemo(api *fakecat.API) Config {
	c.CATAPIURL, c.CATAPI3URL = api.URL(), api.URL3()
	c.SecretID, c.SecretKey, c.Token, c.Region = api.SecretID(), api.SecretKey(), "", ""
	c.RedisURL, c.CATRate = "", 100 // the simulated API has no other clients
	c.UsualCalls, c.usualWait = demoUsualCalls, demoUsualWait
	return c
}

// The demonstration always has the usual, however slow the machine is, so that its answers are the same each time.
// It never has that of a large answer of API 3.0, which would take 10 s.
const (
	demoUsualCalls = 400
	demoUsualWait  = askTimeout * 5 / 6 // the rest is for printing what was found
)

// ask answers one command. It opens no connection for a command with a syntax error or without its settings.
func ask(ctx context.Context, cfg Config, text, format string, demo bool, stderr io.Writer) output {
	w := cfg.phrases()
	if cfg.LogLevel > slog.LevelDebug {
		cfg.LogLevel = slog.LevelError // the answer itself contains the warnings
	}
	log := cfg.newLogger(stderr)
	language := commands.Language{
		DefaultWindow: time.Duration(cfg.DefaultWindow),
		MaxWindow:     time.Duration(cfg.MaxWindow),
	}
	command, err := language.Parse(text, cfg.now())
	note := ""
	if err != nil && len(cfg.catProblems()) == 0 { // a word may be an alias or the name of a task
		read := parseWithNames(ctx, cfg, text, err, log)
		if len(read.Of) > 1 {
			return whichTask(format, read, w)
		}
		command, err = read.command, read.err
		if len(read.Of) == 1 {
			note = w.TaskTaken(
				i18n.Plain(read.Name, maxNameShown),
				w.TaskName(read.found[0].ID, read.found[0].Name),
			) + "\n"
		}
	}
	if syntax, ok := errors.AsType[*commands.SyntaxError](err); ok {
		return usageError(format, syntax, w)
	}
	t := terminal{&app{cfg: cfg}, format, w, demo}
	if out, done := t.answerLocally(ctx, command); done {
		return out
	}
	cfg.usualWait = cmp.Or(cfg.usualWait, usualTime)
	app, err := newApp(cfg, log)
	if err != nil {
		return errorOutput(format, 1, err.Error())
	}
	defer app.close()
	t.app = app
	out := commands.Do(ctx, command, t)
	if format == "text" {
		out.stderr = note + out.stderr
	}
	return out
}

// answerLocally returns the output of a command that needs no connection, or whose settings are missing.
func (t terminal) answerLocally(ctx context.Context, command commands.Command) (output, bool) {
	_, codes := command.(commands.Codes)
	_, incidents := command.(commands.Incidents)
	if !codes && !(incidents && t.format == "csv") && (t.format == "csv" || t.format == "blocks") {
		message := "--format blocks is for codes alone; text and json are for every command"
		if t.format == "csv" {
			message = "--format csv is for codes and incidents alone; text and json are for every command"
		}
		return errorOutput(t.format, 2, message), true
	}
	switch c := command.(type) {
	case commands.Help, commands.DigestAdd, commands.DigestList, commands.DigestDo,
		commands.DigestMute, commands.DigestUnmute, commands.IncidentTake:
		return commands.Do(ctx, command, t), true
	case commands.AliasDo:
		switch {
		case t.demo && c.Verb != "list":
			return t.onlyInDemo(), true
		case !t.demo && !t.cfg.redisReachable():
			return errorOutput(t.format, 1, t.words.AliasesElsewhere()), true
		}
	case commands.Incidents:
		switch {
		case t.demo:
			return t.onlyInDemo(), true
		case !t.cfg.redisReachable():
			return errorOutput(t.format, 1, t.words.IncidentsElsewhere()), true
		}
	}
	if missing := t.cfg.catProblems(); len(missing) > 0 {
		return settingsError(t.format, missing), true
	}
	return output{}, false
}

// A terminal answers one command of catbot ask.
type terminal struct {
	*app
	format string
	words  i18n.Phrases
	demo   bool
}

var _ commands.Handler[output] = terminal{}

func (t terminal) Codes(ctx context.Context, c commands.Codes) output {
	if c.Show == commands.CSV && t.format == "text" {
		t.format = "csv"
	}
	return t.codes(t.runner.Codes(ctx, c, t.cfg.now()))
}

func (t terminal) Trend(ctx context.Context, c commands.Trend) output {
	return t.trend(t.runner.Trend(ctx, c, t.cfg.now()))
}

func (t terminal) Tasks(ctx context.Context, c commands.Tasks) output   { return t.tasks(ctx, c) }
func (t terminal) Alias(ctx context.Context, c commands.AliasDo) output { return t.alias(ctx, c) }

func (t terminal) Help(_ context.Context, c commands.Help) output {
	return helpOutput(t.format, t.words.Help(c.Topic, t.cfg.now()))
}

func (t terminal) DigestAdd(context.Context, commands.DigestAdd) output   { return t.onlyInSlack() }
func (t terminal) DigestList(context.Context, commands.DigestList) output { return t.onlyInSlack() }
func (t terminal) DigestDo(context.Context, commands.DigestDo) output     { return t.onlyInSlack() }

func (t terminal) DigestMute(context.Context, commands.DigestMute) output     { return t.onlyInSlack() }
func (t terminal) DigestUnmute(context.Context, commands.DigestUnmute) output { return t.onlyInSlack() }
func (t terminal) IncidentTake(context.Context, commands.IncidentTake) output { return t.onlyInSlack() }

func (t terminal) onlyInSlack() output {
	if t.demo {
		return t.onlyInDemo()
	}
	return errorOutput(t.format, 1, t.words.OnlyInSlack())
}

// onlyInDemo refuses what ask --demo has no place to keep.
func (t terminal) onlyInDemo() output { return errorOutput(t.format, 1, t.words.OnlyInDemo()) }

package cli

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/slack-go/slack"
	"github.com/spf13/cobra"

	"catbot/bot"
	"catbot/catapi"
	"catbot/digest"
	"catbot/i18n"
	"catbot/store"
)

func doctorCommand(stdout io.Writer) *cobra.Command {
	return &cobra.Command{
		Use:   "doctor",
		Short: "Check the configuration, Redis, CAT and Slack, and say how to fix what is wrong",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			cfg, malformed := readConfig()
			if !doctor(c.Context(), cfg, malformed, stdout) {
				return exitError(1)
			}
			return nil
		},
	}
}

// A check is the result of one check.
type check struct {
	what     string
	problem  string // what is wrong; empty if the check passed
	fix      string // how to fix the problem
	waitsFor string // what has to be done first; empty if the check ran
}

// checkTimeout bounds each check.
const checkTimeout = 10 * time.Second

// doctor runs all checks, prints their results, and reports whether all passed.
// cfg holds the defaults in place of malformed settings.
func doctor(ctx context.Context, cfg Config, malformed []problem, out io.Writer) bool {
	ok := true
	redactor := cfg.redactor()
	printChecks := func(checks ...check) {
		for _, c := range checks {
			switch {
			case c.waitsFor != "":
				fmt.Fprintf(out, "skip  %s: not checked before %s\n", c.what, c.waitsFor)
			case c.problem == "":
				fmt.Fprintf(out, "ok    %s\n", c.what)
			default:
				ok = false
				fmt.Fprintf(out, "FAIL  %s: %s\n      → %s\n", c.what, redactor.Replace(c.problem), c.fix)
			}
		}
	}
	printChecks(checkConfig(cfg, malformed)...)
	slack := newSlack(cfg, bot.NewMetrics())
	checks := []func(context.Context, Config) []check{checkRedis, checkCAT,
		func(ctx context.Context, cfg Config) []check { return checkAppToken(ctx, cfg, slack) },
		func(ctx context.Context, cfg Config) []check { return checkBotToken(ctx, cfg, slack) },
	}
	for _, run := range checks {
		bounded, cancel := context.WithTimeout(ctx, checkTimeout)
		printChecks(run(bounded, cfg)...)
		cancel()
	}
	if ok {
		fmt.Fprintln(out, "\nAll is well: start catbot, and type /cat in Slack.")
	}
	return ok
}

func checkConfig(cfg Config, malformed []problem) []check {
	problems := cfg.allProblems(malformed)
	if len(problems) == 0 {
		return []check{{what: "configuration"}}
	}
	var out []check
	for _, p := range problems {
		out = append(out, check{what: p.Variable, problem: p.Problem, fix: p.Fix})
	}
	return out
}

func checkRedis(ctx context.Context, cfg Config) []check {
	store, err := store.Open(cfg.RedisURL, discardLog())
	if err != nil {
		return []check{{what: "REDIS_URL", problem: fmt.Sprintf("is %s: %v", quoteSetting(cfg.RedisURL), err),
			fix: "set it to redis://[user:password@]host:6379/0, or leave it empty for a cache in the process"}}
	}
	defer store.Close()
	what := "Redis: " + store.String()
	if cfg.RedisURL == "" {
		what = "Redis: REDIS_URL is empty, so the cache is in the process (right for one replica)"
	}
	if err := store.Ping(ctx); err != nil {
		return []check{{what: "Redis", problem: err.Error(),
			fix: "check that the server of REDIS_URL runs, can be reached from here, and takes the password"}}
	}
	if err := digest.Check(ctx, store.DB(), rand.Text()); err != nil {
		return []check{{what: "Redis for digests", problem: err.Error(),
			fix: "a proxy in front of Redis refuses the queue's scripts: use a Redis without one; " +
				"questions are answered all the same"}}
	}
	return append([]check{{what: what}}, checkDataDir(cfg)...)
}

// checkDataDir tries to write to the directory of digests, which is used if Redis is inside the process.
func checkDataDir(cfg Config) []check {
	switch {
	case cfg.RedisURL != "":
		return nil
	case cfg.DataDir == "":
		return []check{{what: "digests: neither REDIS_URL nor DATA_DIR is set, so they are forgotten at each restart"}}
	}
	existing, what := nearestExisting(cfg.DataDir), "digests: kept in "+cfg.DataDir
	if existing != cfg.DataDir {
		what += ", which catbot makes when it starts"
	}
	file, err := os.CreateTemp(existing, "catbot-doctor-*")
	if err == nil {
		err = errors.Join(file.Close(), os.Remove(file.Name()))
	}
	if err != nil {
		return []check{{what: "DATA_DIR", problem: fmt.Sprintf("is %q: %v", cfg.DataDir, err),
			fix: "let catbot's user write there, or name another directory"}}
	}
	return []check{{what: what}}
}

// nearestExisting returns dir, or its nearest parent that exists.
func nearestExisting(dir string) string {
	for above := filepath.Dir(dir); above != dir; above = filepath.Dir(dir) {
		if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
			break
		}
		dir = above
	}
	return dir
}

// catSettings are the settings that requests to CAT need.
var catSettings = []string{
	"TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY", "CAT_API_URL", "CAT_API3_URL", "CAT_RATE", "MAX_RESPONSE",
}

// checkCAT sends a signed, read-only request to each API of CAT. The check passes if one of them answers.
func checkCAT(ctx context.Context, cfg Config) []check {
	wrong := slices.DeleteFunc(cfg.catProblems(), func(p problem) bool {
		return !slices.Contains(catSettings, p.Variable)
	})
	if len(wrong) > 0 {
		return []check{{what: "CAT, both APIs", waitsFor: "you have fixed " + variableNames(wrong)}}
	}
	client, err := newClient(cfg, discardLog(), bot.NewMetrics())
	if err != nil {
		return []check{{what: "CAT, both APIs", problem: err.Error(), fix: "look at the settings that begin with CAT_"}}
	}
	defer client.Close()
	half, cancel := context.WithTimeout(ctx, checkTimeout/2) // leaves time for the other API
	defer cancel()
	agents, err2 := client.Agents(half)
	halves := checkHalves(half, client)
	tasks, err3 := client.ProbeTasks(ctx)
	if err2 != nil && err3 != nil {
		return []check{catFailure("CAT, API v2", "CAT_API_URL", err2), catFailure("CAT, API 3.0", "CAT_API3_URL", err3)}
	}
	var out []check
	if err2 != nil {
		out = []check{{what: "CAT, API v2, is not reached, so tasks such as 126531 are not answered: " +
			i18n.English.Upstream(err2)}}
	} else {
		out = []check{{what: fmt.Sprintf("CAT, API v2, for tasks such as 126531: the credentials work; "+
			"%d probes may be chosen", len(agents))}, halves}
	}
	if err3 != nil {
		return append(out, check{what: "CAT, API 3.0, is not reached, so tasks such as task-ab12cd34 " +
			"are not answered: " + i18n.English.Upstream(err3)})
	}
	return append(out, check{what: fmt.Sprintf("CAT, API 3.0, for tasks such as task-ab12cd34: the credentials work; "+
		"the account has %d", len(tasks))})
}

// catFailure tells an error that CAT returned from one of the connection to the address in setting.
func catFailure(what, setting string, err error) check {
	fix := "the API's own words: " + err.Error()
	if _, answered := errors.AsType[*catapi.Error](err); !answered {
		fix = "check that this machine reaches " + setting +
			", through HTTPS_PROXY if there must be one: " + err.Error()
	}
	return check{what: what, problem: i18n.English.Upstream(err), fix: fix}
}

// variableNames lists the variables of problems, separated by commas.
func variableNames(problems []problem) string {
	var names []string
	for _, p := range problems {
		names = append(names, p.Variable)
	}
	return strings.Join(slices.Compact(names), ", ")
}

// checkHalves checks that API v2 counts a failure at the boundary of two windows in one of them only.
// The sums over several days depend on it.
func checkHalves(ctx context.Context, client *catapi.Client) check {
	h, err := client.CompareHalves(ctx)
	counts := fmt.Sprintf("task %s had %d failures yesterday, and %d in the day's two halves",
		h.Task, h.OneWindow, h.TwoWindows)
	switch {
	case err != nil:
		return check{what: "CAT, API v2: a day was not compared with its two halves: " + i18n.English.Upstream(err)}
	case h.Task == "":
		return check{what: "CAT, API v2: a day was not compared with its two halves, for no task failed yesterday"}
	case h.TwoWindows > h.OneWindow:
		return check{
			what: "CAT, API v2, counts the second where two windows meet in both: " + counts +
				"; catbot counts it once where rows have times",
		}
	case h.TwoWindows < h.OneWindow:
		return check{
			what: "CAT, API v2, counts less in two windows than in one: " + counts +
				"; sums over several days may be too small",
		}
	}
	return check{what: "CAT, API v2, counts nothing twice: " + counts}
}

// checkAppToken requests the address of a Socket Mode connection, and does not connect to it.
func checkAppToken(ctx context.Context, cfg Config, access *bot.Slack) []check {
	wrong := append(tokenProblems("SLACK_APP_TOKEN", cfg.SlackAppToken, "xapp-", "", ""),
		urlProblems("SLACK_API_URL", cfg.SlackAPIURL, "")...)
	if len(wrong) > 0 { // no token goes to an address that is not safe
		return []check{{what: "Slack app token", waitsFor: "you have fixed " + variableNames(wrong)}}
	}
	if _, _, err := access.Client().StartSocketModeContext(ctx); err != nil {
		return []check{slackFailure("Slack app token", err, appTokenFix+"; and Settings → Socket Mode must be on")}
	}
	return []check{{what: "Slack app token: Socket Mode opens"}}
}

// checkBotToken calls auth.test, and reads the token's scopes from the headers of the response.
func checkBotToken(ctx context.Context, cfg Config, access *bot.Slack) []check {
	wrong := append(tokenProblems("SLACK_BOT_TOKEN", cfg.SlackBotToken, "xoxb-", "", ""),
		urlProblems("SLACK_API_URL", cfg.SlackAPIURL, "")...)
	if len(wrong) > 0 {
		return []check{{what: "Slack bot token", waitsFor: "you have fixed " + variableNames(wrong)}}
	}
	var scopes string
	client := access.Client(slack.OptionOnResponseHeaders(func(_ string, headers http.Header) {
		scopes = headers.Get("X-OAuth-Scopes")
	}))
	who, err := client.AuthTestContext(ctx)
	if err != nil {
		return []check{slackFailure("Slack bot token", err, botTokenFix)}
	}
	out := []check{{what: fmt.Sprintf("Slack bot token: %s in %s", i18n.Plain(who.User, 40), i18n.Plain(who.Team, 40))}}
	return append(out, checkScopes(strings.FieldsFunc(scopes, func(r rune) bool { return r == ',' || r == ' ' })))
}

// checkScopes compares the scopes of the bot token with those that catbot uses.
func checkScopes(granted []string) check {
	isGranted := func(scope string) bool { return slices.Contains(granted, scope) }
	if missing := slices.DeleteFunc(slices.Clone(bot.Scopes), isGranted); len(missing) > 0 {
		return check{what: "Slack scopes", problem: "missing: " + strings.Join(missing, ", "),
			fix: "api.slack.com/apps → your app → App Manifest: paste manifest.yaml, save, and install the app again"}
	}
	if missing := slices.DeleteFunc(slices.Clone(bot.OptionalScopes), isGranted); len(missing) > 0 {
		return check{what: "Slack scopes: without the optional " + strings.Join(missing, " and ") + ", catbot does " +
			"not hear mentions (app_mentions:read) or direct messages (im:history); the rest works"}
	}
	return check{what: "Slack scopes: " + strings.Join(slices.Concat(bot.Scopes, bot.OptionalScopes), ", ")}
}

// slackFailure tells a token that Slack refused, for which fix is the remedy, from a failed connection.
func slackFailure(what string, err error, fix string) check {
	if refused, ok := errors.AsType[slack.SlackErrorResponse](err); ok {
		return check{what: what, problem: "Slack refuses it: " + refused.Err, fix: fix}
	}
	return check{what: what, problem: "Slack could not be asked: " + err.Error(),
		fix: "check that this machine reaches SLACK_API_URL, through HTTPS_PROXY if there must be one; " +
			"the token may be right"}
}

package cli

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"os"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/kelseyhightower/envconfig"

	"catbot/catapi"
	"catbot/commands"
	"catbot/i18n"
)

// A Config is read from the environment; docs/configuration.md lists it. The four secrets are the
// only ones without a default. What is marked secret may stand in a file, and is not printed.
type Config struct {
	SlackAppToken string `envconfig:"SLACK_APP_TOKEN" secret:"true"`
	SlackBotToken string `envconfig:"SLACK_BOT_TOKEN" secret:"true"`
	SlackAPIURL   string `envconfig:"SLACK_API_URL" default:"https://slack.com/api/"`

	SecretID  string `envconfig:"TENCENTCLOUD_SECRET_ID" secret:"true"`
	SecretKey string `envconfig:"TENCENTCLOUD_SECRET_KEY" secret:"true"`
	Token     string `envconfig:"TENCENTCLOUD_TOKEN" secret:"true"`
	Region    string `envconfig:"TENCENTCLOUD_REGION"`

	CATAPIURL   string  `envconfig:"CAT_API_URL" default:"https://catapi.api.qcloud.com/v2/index.php"`
	CATAPI3URL  string  `envconfig:"CAT_API3_URL" default:"https://cat.tencentcloudapi.com"`
	CATRate     float64 `envconfig:"CAT_RATE" default:"10"`
	MaxResponse int64   `envconfig:"MAX_RESPONSE" default:"33554432"`

	RedisURL        string        `envconfig:"REDIS_URL" secret:"true"` // it may hold a password
	CacheFreshTTL   time.Duration `envconfig:"CACHE_FRESH_TTL" default:"60s"`
	CacheSettledTTL time.Duration `envconfig:"CACHE_SETTLED_TTL" default:"24h"`
	UsualCalls      int           `envconfig:"USUAL_CALLS" default:"30"`

	DataDir       string        `envconfig:"DATA_DIR"`
	DigestCatchUp time.Duration `envconfig:"DIGEST_CATCH_UP" default:"1h"`
	DigestSettle  time.Duration `envconfig:"DIGEST_SETTLE" default:"2m"`
	TimeZone      string        `envconfig:"TIMEZONE" default:"Asia/Shanghai"`
	Language      string        `envconfig:"BOT_LANGUAGE" default:"en"`
	Channels      []string      `envconfig:"ALLOWED_CHANNELS"`
	Admins        []string      `envconfig:"ADMIN_USERS"`
	AllowGuests   bool          `envconfig:"ALLOW_GUESTS" default:"false"`

	HTTPAddr      string       `envconfig:"HTTP_ADDR" default:"127.0.0.1:8080"`
	DebugAddr     string       `envconfig:"DEBUG_ADDR"`
	LogLevel      slog.Level   `envconfig:"LOG_LEVEL" default:"info"`
	LogFormat     string       `envconfig:"LOG_FORMAT" default:"json"`
	DefaultWindow windowLength `envconfig:"DEFAULT_WINDOW" default:"8h"`
	MaxWindow     windowLength `envconfig:"MAX_WINDOW" default:"31d"`
	Workers       int          `envconfig:"WORKERS" default:"32"`

	unread    []string         // settings whose files could not be read
	now       func() time.Time // what time it is; the demo lets people move it
	usualWait time.Duration    // how long an answer waits for the usual; 0 is the runner's own
	listening func(net.Addr)   // if set, it is called with the address of health checks and metrics, for the demo
}

// A windowLength is a duration as /cat takes it: 8h, 31d, 1w.
type windowLength time.Duration

// Decode reads l from the environment.
func (l *windowLength) Decode(text string) error {
	d, ok := commands.ReadLength(text)
	if !ok {
		return errors.New("no length")
	}
	*l = windowLength(d)
	return nil
}

// expectedFormat describes the values of a setting, by the type of its field.
var expectedFormat = map[reflect.Type]string{
	reflect.TypeFor[bool]():          "true or false",
	reflect.TypeFor[int]():           "a whole number",
	reflect.TypeFor[int64]():         "a whole number",
	reflect.TypeFor[float64]():       "a number",
	reflect.TypeFor[time.Duration](): "a time such as 60s, 5m or 24h",
	reflect.TypeFor[slog.Level]():    "debug, info, warn or error",
	reflect.TypeFor[windowLength]():  "a length such as 8h, 31d or 1w",
}

// readConfig reads the environment and the files that it names. It returns a problem for each variable that can't be
// read, and uses its default. slackProblems and catProblems find values that are missing or out of range.
func readConfig() (Config, []problem) {
	cfg := Config{now: time.Now}
	var malformed []problem
	fields := reflect.ValueOf(&cfg).Elem()
	for n := range fields.NumField() {
		field := fields.Type().Field(n)
		if !field.IsExported() {
			continue
		}
		name := field.Tag.Get("envconfig")
		if mayBeInFile(field) && os.Getenv(name+fileSuffix) != "" {
			value, problems := readSecretFile(name)
			if len(problems) > 0 {
				malformed, cfg.unread = append(malformed, problems...), append(cfg.unread, name)
			}
			fields.Field(n).SetString(value)
			continue
		}
		value, problems := readVariable(field, name)
		malformed = append(malformed, problems...)
		fields.Field(n).Set(value)
	}
	if !strings.HasSuffix(cfg.SlackAPIURL, "/") {
		cfg.SlackAPIURL += "/" // slack-go appends the method to it
	}
	return cfg, malformed
}

// readVariable reads the variable name of the environment, or returns the default of field and what is wrong.
func readVariable(field reflect.StructField, name string) (reflect.Value, []problem) {
	value, err := readSetting(field)
	if err == nil {
		return value, nil
	}
	wrong := problem{name, "is " + quoteSetting(os.Getenv(name)),
		"set it to " + expectedFormat[field.Type] + ", or leave it out"}
	field.Tag = reflect.StructTag(fmt.Sprintf(`default:%q envconfig:%q`, field.Tag.Get("default"), unsetName))
	if value, err = readSetting(field); err != nil {
		panic(fmt.Sprintf("the default of %s: %v", name, err))
	}
	return value, []problem{wrong}
}

// unsetName is a variable that is never set, which makes envconfig use the default.
const unsetName = "CATBOT_NEVER_SET"

// readSetting reads one field of a Config from the environment.
// Fields are read one by one because envconfig stops at the first error.
func readSetting(field reflect.StructField) (reflect.Value, error) {
	alone := reflect.New(reflect.StructOf([]reflect.StructField{{Name: field.Name, Type: field.Type, Tag: field.Tag}}))
	err := envconfig.Process("", alone.Interface())
	return alone.Elem().Field(0), err
}

// A problem is a setting that is wrong or missing.
type problem struct {
	Variable string `json:"variable"`
	Problem  string `json:"what"` // follows the variable in a sentence: "is not set"
	Fix      string `json:"fix"`  // what to do about it
}

const (
	appTokenFix = "api.slack.com/apps → your app → Basic Information → App-Level Tokens → Generate, " +
		"with the scope connections:write"
	botTokenFix = "api.slack.com/apps → your app → OAuth & Permissions → Bot User OAuth Token, after Install to Workspace"
	secretFix   = "console.cloud.tencent.com/cam/capi → the API key of an account or sub-account that may read CAT"
)

// slackProblems returns the problems of the settings that only the bot needs. catbot ask runs without them.
func (c Config) slackProblems() []problem {
	var out []problem
	out = append(out, tokenProblems("SLACK_APP_TOKEN", c.SlackAppToken, "xapp-", "the app-level token", appTokenFix)...)
	out = append(out, tokenProblems("SLACK_BOT_TOKEN", c.SlackBotToken, "xoxb-", "the bot token", botTokenFix)...)
	return append(out, urlProblems("SLACK_API_URL", c.SlackAPIURL, "leave it out to use Slack's own")...)
}

// catProblems returns the problems of the settings that every command needs.
func (c Config) catProblems() []problem {
	var out []problem
	out = append(out, secretProblems("TENCENTCLOUD_SECRET_ID", c.SecretID,
		"the id of a Tencent Cloud API key", secretFix)...)
	out = append(out, secretProblems("TENCENTCLOUD_SECRET_KEY", c.SecretKey,
		"the key that belongs to TENCENTCLOUD_SECRET_ID", secretFix)...)
	out = append(out, catURLProblems("CAT_API_URL", c.CATAPIURL)...)
	out = append(out, catURLProblems("CAT_API3_URL", c.CATAPI3URL)...)
	return append(out, c.rangeProblems()...)
}

// rangeProblems returns a problem for each value that is out of its range.
func (c Config) rangeProblems() []problem {
	var out []problem
	check := func(ok bool, variable string, value any, what string) {
		if !ok {
			is := fmt.Sprintf("is %s, and must %s", quoteSetting(fmt.Sprint(value)), what)
			out = append(out, problem{variable, is, "set it right, or leave it out to use the default"})
		}
	}
	check(c.CATRate >= .01 && c.CATRate <= 1000, "CAT_RATE", c.CATRate,
		"be from 0.01 to 1000: requests to CAT per second")
	check(c.MaxResponse >= 1<<10, "MAX_RESPONSE", c.MaxResponse, "be 1024 or more: bytes of one answer of CAT")
	check(c.CacheFreshTTL > 0, "CACHE_FRESH_TTL", c.CacheFreshTTL, "be above 0, such as 60s")
	check(c.CacheSettledTTL >= c.CacheFreshTTL, "CACHE_SETTLED_TTL", c.CacheSettledTTL,
		"not be shorter than CACHE_FRESH_TTL, which is "+c.CacheFreshTTL.String())
	check(c.UsualCalls >= 0, "USUAL_CALLS", c.UsualCalls, "be 0 or more: calls of CAT in a minute")
	check(c.Workers > 0 && c.Workers <= 1000, "WORKERS", c.Workers, "be from 1 to 1000")
	_, _, err := net.SplitHostPort(c.HTTPAddr)
	check(err == nil, "HTTP_ADDR", c.HTTPAddr, "be host:port, such as 127.0.0.1:8080")
	check(c.DebugAddr == "" || isLocal(c.DebugAddr), "DEBUG_ADDR", c.DebugAddr,
		"be a port of this machine, such as 127.0.0.1:6060: it shows what is in memory")
	check(c.LogFormat == "json" || c.LogFormat == "text", "LOG_FORMAT", c.LogFormat, "be json or text")
	check(c.DefaultWindow > 0, "DEFAULT_WINDOW", time.Duration(c.DefaultWindow), "be a minute or more")
	check(c.MaxWindow >= c.DefaultWindow, "MAX_WINDOW", time.Duration(c.MaxWindow),
		"not be shorter than DEFAULT_WINDOW, which is "+time.Duration(c.DefaultWindow).String())
	check(c.DigestCatchUp >= 0 && c.DigestCatchUp <= 24*time.Hour, "DIGEST_CATCH_UP", c.DigestCatchUp,
		"be from 0 to 24h")
	check(c.DigestSettle >= 0 && c.DigestSettle <= 30*time.Minute, "DIGEST_SETTLE", c.DigestSettle,
		"be from 0 to 30m")
	_, err = time.LoadLocation(c.TimeZone)
	check(err == nil && c.TimeZone != "" && c.TimeZone != "Local", "TIMEZONE", c.TimeZone,
		"be the name of a time zone, such as Asia/Shanghai")
	check(slices.Contains(i18n.Languages, c.Language), "BOT_LANGUAGE", c.Language,
		"be one of "+strings.Join(i18n.Languages, ", "))
	for _, id := range c.Channels {
		check(slackID(id, "CG"), "ALLOWED_CHANNELS", id, "list ids of channels, such as C0123ABCD, separated by commas")
	}
	for _, id := range c.Admins {
		check(slackID(id, "UW"), "ADMIN_USERS", id, "list ids of people, such as U0123ABCD, separated by commas")
	}
	return out
}

// phrases returns the sentences in BOT_LANGUAGE, for readers whose language is unknown.
func (c Config) phrases() i18n.Phrases {
	w, _ := i18n.For(c.Language)
	return w
}

// slackID reports whether id is an id of Slack that begins with one of letters.
func slackID(id, letters string) bool {
	return len(id) > 1 && strings.Contains(letters, id[:1]) &&
		strings.Trim(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == ""
}

// allProblems returns the malformed settings, and the problems of all others that the bot needs.
func (c Config) allProblems(malformed []problem) []problem {
	found := slices.DeleteFunc(slices.Concat(c.slackProblems(), c.catProblems()), func(p problem) bool {
		return slices.Contains(c.unread, p.Variable) // its file is among the malformed
	})
	return slices.Concat(malformed, found)
}

// secretProblems returns why value can't be a secret. It never shows the value.
func secretProblems(variable, value, what, fix string) []problem {
	switch {
	case value == "":
		return []problem{{variable, "is not set: " + what, fix}}
	case strings.ContainsAny(value, "… \t\r\n"):
		return []problem{{variable, "holds a placeholder or a space, so it is not " + what, fix}}
	}
	return nil
}

// tokenKinds describes the tokens of Slack, by prefix.
var tokenKinds = map[string]string{
	"xapp-": "an app-level token, which belongs into SLACK_APP_TOKEN",
	"xoxb-": "a bot token, which belongs into SLACK_BOT_TOKEN",
}

// tokenProblems is secretProblems for a token of Slack, which begins with prefix.
func tokenProblems(variable, value, prefix, what, fix string) []problem {
	problems := secretProblems(variable, value, what+", "+prefix+"…", fix)
	if len(problems) > 0 || strings.HasPrefix(value, prefix) {
		return problems
	}
	for other, is := range tokenKinds {
		if strings.HasPrefix(value, other) {
			return []problem{{variable, "holds " + is, "swap the two, or set it to " + what + ": " + fix}}
		}
	}
	return []problem{{variable, "does not begin with " + prefix + ", so it is not " + what, fix}}
}

// urlProblems returns why secrets can't be sent to value. It hides the passwords in value.
func urlProblems(variable, value, fix string) []problem {
	if safeURL(value) {
		return nil
	}
	return []problem{{variable, "is " + quoteSetting(value) + ", which is not an https:// address", fix}}
}

// catURLProblems returns why value can't be the address of CAT.
func catURLProblems(variable, value string) []problem {
	if err := catapi.CheckURL(value); err != nil {
		return []problem{{variable, "is " + quoteSetting(value) + ": " + err.Error(),
			"leave it out to use Tencent Cloud's own"}}
	}
	return nil
}

// isLocal reports whether only this machine can reach address, which is host:port.
func isLocal(address string) bool {
	host, _, err := net.SplitHostPort(address)
	ip := net.ParseIP(host)
	return err == nil && (host == "localhost" || ip != nil && ip.IsLoopback())
}

// safeURL reports whether secrets may be sent to address: it uses TLS or is on this machine.
func safeURL(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Scheme == "https" || u.Scheme == "http" && (u.Hostname() == "localhost" || ip != nil && ip.IsLoopback())
}

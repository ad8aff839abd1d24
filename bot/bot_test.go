package bot_test

import (
	"bytes"
	"cmp"
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"catbot/bot"
	"catbot/catapi"
	"catbot/commands"
	"catbot/demo/fakeslack"
	"catbot/digest"
	"catbot/i18n"
	"catbot/query"
	"catbot/store"
	"catbot/tasks"
)

// patience bounds every wait of a test that would otherwise hang.
const patience = 20 * time.Second

// source answers the bot's questions from a function.
type source func(context.Context, catapi.Query) (catapi.History, error)

func (s source) ReturnCodeHistory(ctx context.Context, q catapi.Query) (catapi.History, error) {
	return s(ctx, q)
}

// example answers every question with the API document's own example.
func example(_ context.Context, q catapi.Query) (catapi.History, error) {
	return catapi.History{Query: q, FetchedAt: time.Now(),
		Rows: []catapi.Row{row("移动", "jiangxi", "江西", "119.28.20.246", 10016, "Ping超时", 982)}}, nil
}

func someTasks(context.Context) ([]catapi.Task, error) {
	return []catapi.Task{
		{ID: "126531", Name: "官网首页", Target: "https://www.example.com/"}, {ID: "126540", Name: "Shop <!channel>", Target: "shop.example.com"},
		{ID: "task-ab12cd34", Name: "API", Target: "api.example.com:443", Kind: catapi.Port},
	}, nil
}

// A testBot is a bot connected to a workspace.
type testBot struct {
	*fakeslack.Workspace
	bot     *bot.Bot
	metrics *bot.Metrics
	log     *logBuffer
	stop    context.CancelFunc
	ended   chan error
}

// A logBook keeps what was logged, and wakes those who wait for a line.
type logBuffer struct {
	mu      sync.Mutex
	text    bytes.Buffer
	written chan struct{} // closed at the next line; nil while nobody waits
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.written != nil {
		close(l.written)
		l.written = nil
	}
	return l.text.Write(p)
}

// until waits for the log to be as wanted.
func (l *logBuffer) until(t *testing.T, wanted func(string) bool) {
	t.Helper()
	timeout := time.After(patience)
	for {
		l.mu.Lock()
		text := l.text.String()
		if l.written == nil {
			l.written = make(chan struct{})
		}
		written := l.written
		l.mu.Unlock()
		if wanted(text) {
			return
		}
		select {
		case <-written:
		case <-timeout:
			t.Fatalf("the log never has what is waited for:\n%s", text)
		}
	}
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

type setup struct {
	workspace fakeslack.Options
	source    source
	kept      bool         // what source answers is kept in a cache
	tasks     tasks.Lister // what tasks there are; some unless said
	workers   int
	now       func() time.Time                                  // time.Now unless said
	reading   func()                                            // hears of each digest that is read from where it is kept
	claims    *store.Store                                      // of all replicas; one of its own unless said
	first     func(context.Context, string, time.Duration) bool // claims.FirstSeen unless said
	join      *fakeslack.Workspace                              // connect to this one
	self      bot.Self                                          // who the bot is; of the workspace unless said
	guests    bool
	window    time.Duration // of a command that names none; 8 h unless said
	digests   *bot.Digests  // who may; nil means no limits. The engine is made for it, and runs
}

// connect starts a bot and waits until it is connected.
func connect(t *testing.T, s setup) *testBot {
	t.Helper()
	r := &testBot{Workspace: s.join, log: &logBuffer{}, metrics: bot.NewMetrics(), ended: make(chan error, 1)}
	if r.Workspace == nil {
		w, err := fakeslack.Start(s.workspace)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(w.Close)
		r.Workspace = w
	}
	if s.source == nil {
		s.source = example
	}
	if s.tasks == nil {
		s.tasks = someTasks
	}
	if s.now == nil {
		s.now = time.Now
	}
	if s.workers == 0 {
		s.workers = 8
	}
	log := slog.New(slog.NewJSONHandler(r.log, nil))
	runner := &query.Runner{
		Source: s.source, Now: time.Now, Log: log,
		DefaultWindow: cmp.Or(s.window, 8*time.Hour), MaxWindow: 31 * 24 * time.Hour,
	}
	if s.kept {
		runner.Source = keep(t, s.source, log)
	}
	people := bot.NewPeople(slackOf(r.Workspace), i18n.English, log)
	store, err := store.Open("", log)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	if s.claims == nil {
		s.claims = store
	}
	if s.first == nil {
		s.first = s.claims.FirstSeen
	}
	known := tasks.New(tasks.Config{DB: store.DB(), Listers: []tasks.Lister{s.tasks}, Now: time.Now, Log: log})
	runner.Names = known
	if s.self == (bot.Self{}) {
		s.self = bot.Self{
			Team: fakeslack.TeamID, TeamName: "workspace",
			Enterprise: s.workspace.Enterprise, User: fakeslack.BotUserID,
		}
	}
	r.bot = bot.New(bot.Config{
		Self:  s.self,
		Slack: slackOf(r.Workspace), Workers: s.workers,
		Runner: runner, Digests: r.digests(t, s, runner, people, log), People: people, Guests: s.guests, Tasks: known,
		FirstSeen: s.first, LeaseWork: s.claims.LeaseWork, Metrics: r.metrics, Log: log, Now: s.now,
	})
	before := r.Stats().Connects
	ctx, stop := context.WithCancel(t.Context())
	r.stop = stop
	go func() { r.ended <- r.bot.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		select {
		case <-r.ended:
		case <-time.After(patience):
			t.Error("the bot does not end")
		}
	})
	r.until(t, func(s fakeslack.Stats) bool { return s.Connects > before })
	return r
}

// slackOf is the access to a simulated workspace.
func slackOf(w *fakeslack.Workspace) *bot.Slack {
	return bot.NewSlack(w.AppToken(), w.BotToken(), w.APIURL(), 8, bot.NewMetrics())
}

// digests makes the digests of a bot, on a Redis inside the test; the engine runs where the test is about them.
func (r *testBot) digests(
	t *testing.T, s setup, runner *query.Runner, people *bot.People, log *slog.Logger,
) bot.Digests {
	t.Helper()
	store, err := store.Open("", log)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	read := func(text string, at time.Time) (commands.Command, error) {
		if s.reading != nil {
			s.reading()
		}
		return runner.ParseAt(text, at)
	}
	engine := digest.New(digest.Config{
		Store:   &digest.Store{DB: store.DB(), Read: read, Now: time.Now},
		Channel: bot.NewChannel(slackOf(r.Workspace), nil, people, log), Answer: runner.Codes, CatchUp: time.Hour,
		Observe: r.metrics.Digest, Log: log, Now: time.Now,
	})
	if s.digests == nil {
		return bot.Digests{Engine: engine, Zone: "Asia/Shanghai"}
	}
	s.digests.Engine, s.digests.Zone = engine, "Asia/Shanghai"
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- engine.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return *s.digests
}

func (r *testBot) until(t *testing.T, reached func(fakeslack.Stats) bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := r.Until(ctx, reached); err != nil {
		t.Fatalf("%v\n%s", err, r.log)
	}
}

// types sends a command of Alice's in #ops.
func (r *testBot) types(t *testing.T, text string) *fakeslack.Invocation {
	t.Helper()
	i, err := r.Slash(fakeslack.Alice, fakeslack.Ops, "/cat", text)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// reads waits for an answer to i that holds text.
func (r *testBot) reads(t *testing.T, i *fakeslack.Invocation, text string) fakeslack.Message {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	m, err := i.Wait(ctx, func(m fakeslack.Message) bool {
		return !m.Deleted && strings.Contains(m.Text+string(m.Blocks), text)
	})
	if err != nil {
		t.Fatalf("nobody reads %q: %v; there is %v\n%s", text, err, i.Messages(), r.log)
	}
	return m
}

// settled waits until the bot has done n commands, so that what is to come has come.
func (r *testBot) settled(t *testing.T, n int) {
	t.Helper()
	r.log.until(t, func(log string) bool { return strings.Count(log, `"msg":"command"`) >= n })
}

func TestCommandIsAckedAndAnswered(t *testing.T) {
	t.Parallel()
	r := connect(t, setup{})
	i := r.types(t, "codes 126531 from 2017-05-25 00:00 to 2017-05-25 08:10 jiangxi")
	m := r.reads(t, i, "Ping超时")
	if m.To != fakeslack.Alice {
		t.Errorf("the answer is for %q, not for Alice alone", m.To)
	}
	for _, want := range []string{"移动", "10016", "982", "江西", "data_visualization"} {
		if !strings.Contains(string(m.Blocks), want) {
			t.Errorf("the answer has no %s:\n%s", want, m.Blocks)
		}
	}
	if !strings.Contains(m.Text, "982 failures") {
		t.Errorf("the text for notifications is %q", m.Text)
	}
	if payload := i.AckPayload(); len(payload) > 0 && string(payload) != "{}" {
		t.Errorf("the ack carries %s", payload)
	}
}

func TestPublicAnswerGoesToChannel(t *testing.T) {
	t.Parallel()
	r := connect(t, setup{})
	if m := r.reads(t, r.types(t, "codes 126531 jiangxi public"), "Ping超时"); m.Ephemeral() {
		t.Errorf("only %s sees it", m.To)
	}
}

func TestSyntaxErrorIsShownOnlyToItsAuthor(t *testing.T) {
	t.Parallel()
	asked := make(chan catapi.Query, 1)
	r := connect(t, setup{source: func(ctx context.Context, q catapi.Query) (catapi.History, error) {
		asked <- q
		return example(ctx, q)
	}})
	m := r.reads(t, r.types(t, "codes 126531 jiangxii public"), "Did you mean jiangxi?")
	if m.To != fakeslack.Alice {
		t.Errorf("it is for %q", m.To)
	}
	for _, want := range []string{"^^^^^^^^", "/cat codes 126531 jiangxi public"} {
		if !strings.Contains(string(m.Blocks), want) {
			t.Errorf("it has no %s:\n%s", want, m.Blocks)
		}
	}
	if len(asked) > 0 {
		t.Errorf("%v was asked of the API", <-asked)
	}
}

func TestHelpHasEveryTopic(t *testing.T) {
	t.Parallel()
	r := connect(t, setup{})
	r.reads(t, r.types(t, "help"), "/cat codes 126531 last 8h jiangxi")
	r.reads(t, r.types(t, "help window"), "Windows")
}

func TestSlowAnswerHasPlaceholder(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, text string
		public     bool
	}{
		{"that the answer replaces", "codes 126531 jiangxi", false},
		{"that goes when the answer is for all", "codes 126531 jiangxi public", true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			gate := make(chan struct{})
			r := connect(t, setup{source: func(ctx context.Context, q catapi.Query) (catapi.History, error) {
				select {
				case <-gate:
				case <-ctx.Done():
				}
				return example(ctx, q)
			}})
			i := r.types(t, tc.text)
			placeholder := r.reads(t, i, "Fetching `codes 126531 last 8h jiangxi")
			if placeholder.To != fakeslack.Alice {
				t.Errorf("the placeholder is for %q", placeholder.To)
			}
			close(gate)
			answer := r.reads(t, i, "Ping超时")
			if answer.Ephemeral() == tc.public {
				t.Errorf("ephemeral: %v", answer.Ephemeral())
			}
			r.settled(t, 1)
			if sees := r.Sees(fakeslack.Alice, fakeslack.Ops); len(sees) != 1 || !strings.Contains(sees[0].Text, "982") {
				t.Errorf("Alice sees %d messages in the end: %+v", len(sees), sees)
			}
		})
	}
}

// claims are what replicas share.
func claims(t *testing.T) *store.Store {
	t.Helper()
	s, err := store.Open("", slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func TestRedeliveryIsAnsweredOnceAcrossReplicas(t *testing.T) {
	t.Parallel()
	shared := claims(t)
	r := connect(t, setup{claims: shared})
	other := connect(t, setup{claims: shared, join: r.Workspace})
	i := r.types(t, "codes 126531 jiangxi")
	r.reads(t, i, "Ping超时")
	for range 3 {
		if err := i.Redeliver(); err != nil {
			t.Fatal(err)
		}
	}
	r.until(t, func(s fakeslack.Stats) bool { return s.Acks == 4 })
	for _, replica := range []*testBot{r, other} { // the workspace takes turns
		replica.log.until(t, func(log string) bool {
			return strings.Count(log, `"msg":"command"`) == 2
		})
	}
	if n := len(i.Messages()); n != 1 {
		t.Errorf("%d answers", n)
	}
}

func TestPanicIsReportedToUserAndLogged(t *testing.T) {
	t.Parallel()
	r := connect(t, setup{source: func(ctx context.Context, q catapi.Query) (catapi.History, error) {
		if q.Task == "13" {
			panic("a mistake in the code")
		}
		return example(ctx, q)
	}})
	r.reads(t, r.types(t, "codes 13"), "Something went wrong inside catbot")
	r.reads(t, r.types(t, "codes 126531 jiangxi"), "Ping超时") // and life goes on
	if log := r.log.String(); !strings.Contains(log, "a mistake in the code") || !strings.Contains(log, "bot_test.go") {
		t.Errorf("the log does not say what panicked where:\n%s", log)
	}
}

func row(isp, province, name, server string, code int64, reason string, count int64) catapi.Row {
	return catapi.Row{
		ISP: isp, Province: province, ProvinceName: name, ServerIP: server, Code: code, Reason: reason, Count: count,
	}
}

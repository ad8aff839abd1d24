package cli

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"runtime/debug"
	"time"

	"golang.org/x/sync/errgroup"

	"catbot/bot"
	"catbot/cache"
	"catbot/catapi"
	"catbot/commands"
	"catbot/digest"
	"catbot/query"
	"catbot/store"
	"catbot/tasks"
)

// gcPercent lets the heap grow to three times what is in use before a collection; Go's own 100 lets it double. Under load
// that saves a tenth of the CPU time for 5 MB. The environment's GOGC goes first.
const gcPercent = 200

// run runs the bot until ctx is done. It finishes the commands in progress first.
func run(ctx context.Context, cfg Config, stderr io.Writer) error {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	log := cfg.newLogger(stderr)
	listener, err := net.Listen("tcp", cfg.HTTPAddr)
	if err != nil {
		return fmt.Errorf("HTTP_ADDR: listening for health checks and metrics: %w", err)
	}
	app, err := newApp(cfg, log)
	if err != nil {
		_ = listener.Close()
		return err
	}
	defer app.close()
	if err := app.persist(); err != nil {
		_ = listener.Close()
		return err
	}
	stopDebugging, err := cfg.serveDebug()
	if err != nil {
		_ = listener.Close()
		return err
	}
	defer stopDebugging()
	log.Info("starting", "version", versionText(), "http", listener.Addr().String(), "redis", cfg.RedisURL != "")
	if cfg.listening != nil {
		cfg.listening(listener.Addr())
	}

	health := bot.NewHealth(app.metrics, app.store.Degraded, app.client.States)
	group, ctx := errgroup.WithContext(ctx)
	serving, stopServing := context.WithCancel(context.WithoutCancel(ctx)) // until the last command is done
	group.Go(func() error { return health.Serve(serving, listener) })
	group.Go(func() error {
		defer stopServing()
		return app.answerSlack(ctx, health)
	})
	err = group.Wait()
	log.Info("stopped")
	return err
}

// answerSlack answers commands and posts digests until ctx is done. It starts when Slack has
// returned the bot's identity.
func (a *app) answerSlack(ctx context.Context, health *bot.Health) error {
	self, err := bot.FetchSelf(ctx, a.slack, health.SetWaiting, a.log)
	if err != nil {
		return nil // ctx was done first
	}
	people := bot.NewPeople(a.slack, a.cfg.phrases(), a.log)
	names := a.newDirectory(self)
	digests := a.newDigests(self, people)
	b := bot.New(bot.Config{
		Self: self, Slack: a.slack, Workers: a.cfg.Workers, Runner: a.runner, People: people, Tasks: names,
		FirstSeen: a.firstSeen(self), LeaseWork: a.claim(self), Guests: a.cfg.AllowGuests,
		Metrics: a.metrics, Log: a.log, Now: a.cfg.now,
		Digests: bot.Digests{
			Engine: digests, Zone: a.cfg.TimeZone, Durable: a.store.Durable(),
			Admins: a.cfg.Admins, Channels: a.cfg.Channels,
		},
	})
	health.SetBot(b)

	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return b.Run(ctx) })
	group.Go(func() error { return digests.Run(ctx) })
	group.Go(func() error { a.learnProvinces(ctx, a.client.Agents); return nil })
	group.Go(func() error { names.Run(ctx); return nil })
	return group.Wait()
}

// An app holds the parts that a process has one of.
type app struct {
	cfg     Config
	log     *slog.Logger
	metrics *bot.Metrics
	slack   *bot.Slack
	client  *catapi.Client
	store   *store.Store
	cache   *cache.Cache
	runner  *query.Runner
}

// newApp creates the parts of a process; close closes them.
func newApp(cfg Config, log *slog.Logger) (*app, error) {
	metrics := bot.NewMetrics()
	build := readBuild()
	metrics.SetBuild(build.Version, build.Revision, build.Go)
	client, err := newClient(cfg, log, metrics)
	if err != nil {
		return nil, err
	}
	store, err := store.Open(cfg.RedisURL, log)
	if err != nil {
		client.Close()
		return nil, fmt.Errorf("REDIS_URL: %w", err)
	}
	cached := cache.New(cache.Settings{
		Source: client, Histories: client.Histories, Unavailable: client.Unavailable,
		Store: store, Namespace: shortHash(cfg.SecretID), FreshTTL: cfg.CacheFreshTTL, SettledTTL: cfg.CacheSettledTTL,
		Observe: metrics.Lookup, Now: cfg.now, Log: log,
	})
	runner := &query.Runner{
		Source: cached, Cached: cached.Known, Prefetch: cached.Prefetch, FetchLater: cached.FetchLater,
		Task: client.ProbeTask, Room: client.Room,
		UsualCalls: cfg.UsualCalls, UsualWait: cfg.usualWait, Now: cfg.now, Log: log,
		DefaultWindow: time.Duration(cfg.DefaultWindow), MaxWindow: time.Duration(cfg.MaxWindow),
	}
	return &app{cfg, log, metrics, newSlack(cfg, metrics), client, store, cached, runner}, nil
}

// extraSlackConns is the number of idle connections to Slack beside one for each worker:
// for posting digests and looking up people.
const extraSlackConns = 16

func newSlack(cfg Config, metrics *bot.Metrics) *bot.Slack {
	return bot.NewSlack(cfg.SlackAppToken, cfg.SlackBotToken, cfg.SlackAPIURL, cfg.Workers+extraSlackConns, metrics)
}

func newClient(cfg Config, log *slog.Logger, metrics *bot.Metrics) (*catapi.Client, error) {
	return catapi.New(catapi.Config{
		URL: cfg.CATAPIURL, URL3: cfg.CATAPI3URL, SecretID: cfg.SecretID, SecretKey: cfg.SecretKey,
		Token: cfg.Token, Region: cfg.Region,
		Rate: cfg.CATRate, MaxResponse: cfg.MaxResponse, Observe: metrics.Upstream, Logger: log, Now: cfg.now,
	})
}

// firstSeen is the store's FirstSeen with keys of this installation.
func (a *app) firstSeen(self bot.Self) func(ctx context.Context, key string, ttl time.Duration) bool {
	return func(ctx context.Context, key string, ttl time.Duration) bool {
		return a.store.FirstSeen(ctx, self.Space()+" "+key, ttl)
	}
}

// claim is the store's LeaseWork with keys of this installation.
func (a *app) claim(self bot.Self) func(ctx context.Context, key string, ttl time.Duration) *store.WorkLease {
	return func(ctx context.Context, key string, ttl time.Duration) *store.WorkLease {
		return a.store.LeaseWork(ctx, self.Space()+" "+key, ttl)
	}
}

// persist saves digests and aliases in DATA_DIR if it is set and the store is inside this process.
func (a *app) persist() error {
	if a.cfg.DataDir == "" {
		return nil
	}
	if err := a.store.PersistTo(a.cfg.DataDir, digest.Prefix, tasks.Prefix); err != nil {
		return fmt.Errorf("DATA_DIR: %w", err)
	}
	return nil
}

func (a *app) newDigests(self bot.Self, people *bot.People) *digest.Engine {
	return digest.New(digest.Config{
		Store:   &digest.Store{Space: self.Space(), DB: a.store.DB(), Read: a.runner.ParseAt, Now: a.cfg.now},
		Channel: bot.NewChannel(a.slack, a.cfg.Channels, people, a.log),
		Answer:  a.runner.Codes, CatchUp: a.cfg.DigestCatchUp, Settle: a.cfg.DigestSettle,
		Observe: a.metrics.Digest, Log: a.log, Now: a.cfg.now,
	})
}

// newDirectory creates the directory of tasks and aliases, and connects it to the runner.
func (a *app) newDirectory(self bot.Self) *tasks.Directory {
	names := tasks.New(tasks.Config{
		Space: self.Space(), DB: a.store.DB(), Listers: []tasks.Lister{a.client.Tasks, a.client.ProbeTasks},
		Now: a.cfg.now, Log: a.log,
	})
	a.runner.Names = names
	return names
}

// close closes the parts in the reverse order of their creation.
func (a *app) close() {
	a.cache.Close()
	if err := a.store.Close(); err != nil {
		a.log.Warn("closing the store", "error", err)
	}
	a.client.Close()
}

// provincesTimeout bounds the one call that asks CAT for its provinces.
const provincesTimeout = 20 * time.Second

// learnProvinces reads the provinces of CAT's probes once. If that fails, the runner knows the built-in names,
// and learns those in each answer.
func (a *app) learnProvinces(ctx context.Context, list func(context.Context) ([]catapi.Agent, error)) {
	ctx, cancel := context.WithTimeout(catapi.Background(ctx), provincesTimeout)
	defer cancel()
	agents, err := func() (agents []catapi.Agent, err error) {
		defer catapi.Recover(&err)
		return list(ctx)
	}()
	if err != nil {
		a.log.Warn("listing provinces failed", "error", err)
		return
	}
	var provinces []commands.Province
	for _, agent := range agents {
		provinces = append(provinces, commands.Province{Code: agent.Province, Name: agent.ProvinceName})
	}
	a.runner.Learn(provinces...)
}

// explain prints the settings that are wrong or missing, how to fix them, and what works without them.
func explain(out io.Writer, title string, problems []problem) {
	fmt.Fprintln(out, title)
	for _, p := range problems {
		fmt.Fprintf(out, "\n  %s %s\n      → %s\n", p.Variable, p.Problem, p.Fix)
	}
	fmt.Fprint(out, "\nWithout any of these:  catbot ask --demo 'codes 126531 last 8h jiangxi'\n"+
		"To check a setup:      catbot doctor\n")
}

// shortHash returns a name for a secret that does not reveal it.
func shortHash(secret string) string {
	if secret == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:4])
}

package cli

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"net"
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

// run runs the bot until ctx is done. What it has taken by then is finished first.
func run(ctx context.Context, cfg Config, stderr io.Writer) error {
	log := cfg.newLogger(stderr)
	listener, err := net.Listen("tcp", cfg.HTTPAddr)
	if err != nil {
		return fmt.Errorf("HTTP_ADDR: listening for health checks and metrics: %w", err)
	}
	services, err := newApp(cfg, log)
	if err != nil {
		_ = listener.Close()
		return err
	}
	defer services.close()
	if err := services.persist(); err != nil {
		_ = listener.Close()
		return err
	}
	log.Info("starting", "version", versionText(), "http", listener.Addr().String(), "redis", cfg.RedisURL != "")
	if cfg.listening != nil {
		cfg.listening(listener.Addr())
	}

	health := bot.NewHealth(services.metrics, services.store.Degraded, services.client.States)
	group, ctx := errgroup.WithContext(ctx)
	serving, stopServing := context.WithCancel(context.WithoutCancel(ctx)) // health checks are answered until the last command is done
	group.Go(func() error { return health.Serve(serving, listener) })
	group.Go(func() error {
		defer stopServing()
		return services.answerSlack(ctx, health)
	})
	err = group.Wait()
	log.Info("stopped")
	return err
}

// answerSlack answers commands and posts digests until ctx is done. It starts when Slack has said who catbot is.
func (s *app) answerSlack(ctx context.Context, health *bot.Health) error {
	self, err := bot.LearnSelf(ctx, s.slack, health.Waits, s.log)
	if err != nil {
		return nil // ctx was done first
	}
	people := bot.NewPeople(s.slack, s.cfg.phrases(), s.log)
	names := s.newDirectory(self)
	digests := s.newDigests(self, people)
	b := bot.New(bot.Config{
		Self: self, Slack: s.slack, Workers: s.cfg.Workers, Runner: s.runner, First: s.firstSeen(self), Claim: s.claim(self), People: people,
		Guests: s.cfg.AllowGuests, Names: names, Metrics: s.metrics, Log: s.log, Now: s.cfg.now,
		Digests: bot.Digests{
			Engine: digests, Zone: s.cfg.TimeZone, Durable: s.store.Durable(), Admins: s.cfg.Admins, Channels: s.cfg.Channels,
		},
	})
	health.Begins(b)

	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return b.Run(ctx) })
	group.Go(func() error { return digests.Run(ctx) })
	group.Go(func() error { s.learnProvinces(ctx); return nil })
	group.Go(func() error { names.Run(ctx); return nil })
	return group.Wait()
}

// services are what a process has one of each.
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

// newServices opens the store and connects all services; close ends them.
func newApp(cfg Config, log *slog.Logger) (*app, error) {
	metrics := bot.NewMetrics()
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
		Source: client, Unavailable: client.Unavailable, Store: store, Namespace: shortHash(cfg.SecretID),
		FreshTTL: cfg.CacheFreshTTL, SettledTTL: cfg.CacheSettledTTL, Observe: metrics.Lookup, Now: cfg.now, Log: log,
	})
	runner := &query.Runner{
		Source: cached, Cached: cached.Known, UsualCalls: cfg.UsualCalls, Task: client.ProbeTask, Now: cfg.now, Log: log,
		DefaultWindow: time.Duration(cfg.DefaultWindow), MaxWindow: time.Duration(cfg.MaxWindow),
	}
	return &app{cfg, log, metrics, newSlack(cfg), client, store, cached, runner}, nil
}

// idleForDigests is how many idle connections to Slack are kept beside those of the workers: posting digests and asking about people.
const extraSlackConns = 16

func newSlack(cfg Config) *bot.Slack {
	return bot.NewSlack(cfg.SlackAppToken, cfg.SlackBotToken, cfg.SlackAPIURL, cfg.Workers+extraSlackConns)
}

func newClient(cfg Config, log *slog.Logger, metrics *bot.Metrics) (*catapi.Client, error) {
	return catapi.New(catapi.Config{
		URL: cfg.CATAPIURL, URL3: cfg.CATAPI3URL, SecretID: cfg.SecretID, SecretKey: cfg.SecretKey, Token: cfg.Token, Region: cfg.Region,
		Rate: cfg.CATRate, MaxResponse: cfg.MaxResponse, Observe: metrics.Upstream, Logger: log, Now: cfg.now,
	})
}

// firstSeen is the store's FirstSeen for this installation alone.
func (s *app) firstSeen(self bot.Self) func(ctx context.Context, key string, ttl time.Duration) bool {
	return func(ctx context.Context, key string, ttl time.Duration) bool {
		return s.store.FirstSeen(ctx, self.Space()+" "+key, ttl)
	}
}

// claim is the store's Claim for this installation alone.
func (s *app) claim(self bot.Self) func(ctx context.Context, key string, ttl time.Duration) *store.WorkLease {
	return func(ctx context.Context, key string, ttl time.Duration) *store.WorkLease {
		return s.store.LeaseWork(ctx, self.Space()+" "+key, ttl)
	}
}

// persist makes digests and aliases survive a restart where the store is inside this process and DATA_DIR is set.
func (s *app) persist() error {
	if s.cfg.DataDir == "" {
		return nil
	}
	if err := s.store.PersistTo(s.cfg.DataDir, digest.Prefix, tasks.Prefix); err != nil {
		return fmt.Errorf("DATA_DIR: %w", err)
	}
	return nil
}

func (s *app) newDigests(self bot.Self, people *bot.People) *digest.Engine {
	return digest.New(digest.Config{
		Store:   &digest.Store{Space: self.Space(), DB: s.store.DB(), Read: s.runner.ParseAt, Now: s.cfg.now},
		Channel: bot.NewChannel(s.slack, s.cfg.Channels, people, s.log),
		Answer:  s.runner.Codes, CatchUp: s.cfg.DigestCatchUp, Settle: s.cfg.DigestSettle, Observe: s.metrics.Digest, Log: s.log, Now: s.cfg.now,
	})
}

// newNames makes the directory of tasks and their aliases, which the runner then uses, too.
func (s *app) newDirectory(self bot.Self) *tasks.Directory {
	names := tasks.New(tasks.Config{
		Space: self.Space(), DB: s.store.DB(), Listers: []tasks.Lister{s.client.Tasks, s.client.ProbeTasks}, Now: s.cfg.now, Log: s.log,
	})
	s.runner.Names = names
	return names
}

// close ends the services in the reverse order of their start.
func (s *app) close() {
	s.cache.Close()
	if err := s.store.Close(); err != nil {
		s.log.Warn("closing the store", "error", err)
	}
	s.client.Close()
}

// provincesTimeout bounds the one call that asks CAT for its provinces.
const provincesTimeout = 20 * time.Second

// learnProvinces asks CAT once which provinces its probes stand in. If CAT does not answer, the built-in names and
// those in every history are used.
func (s *app) learnProvinces(ctx context.Context) {
	ctx, cancel := context.WithTimeout(catapi.Background(ctx), provincesTimeout)
	defer cancel()
	agents, err := func() (agents []catapi.Agent, err error) {
		defer catapi.Recover(&err)
		return s.client.Agents(ctx)
	}()
	if err != nil {
		s.log.Warn("the names of provinces were not learned", "error", err)
		return
	}
	var provinces []commands.Province
	for _, agent := range agents {
		provinces = append(provinces, commands.Province{Code: agent.Province, Name: agent.ProvinceName})
	}
	s.runner.Learn(provinces...)
}

// explain says which settings keep catbot from running, where to get it, and what works without.
func explain(out io.Writer, title string, problems []problem) {
	fmt.Fprintln(out, title)
	for _, p := range problems {
		fmt.Fprintf(out, "\n  %s %s\n      → %s\n", p.Variable, p.Problem, p.Fix)
	}
	fmt.Fprint(out, "\nWithout any of these:  catbot ask --demo 'codes 126531 last 8h jiangxi'\nTo check a setup:      catbot doctor\n")
}

// shortHash names a secret without showing it.
func shortHash(secret string) string {
	if secret == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:4])
}

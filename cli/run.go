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

// run is the bot, until ctx is done.
func run(ctx context.Context, cfg Config, stderr io.Writer) error {
	log := cfg.newLogger(stderr)
	listener, err := net.Listen("tcp", cfg.HTTPAddr)
	if err != nil {
		return fmt.Errorf("HTTP_ADDR: listening for health checks and metrics: %w", err)
	}
	metrics := bot.NewMetrics()
	house, err := build(cfg, log, metrics)
	if err != nil {
		_ = listener.Close()
		return err
	}
	defer house.close(log)
	if err := house.keepDigests(cfg); err != nil {
		_ = listener.Close()
		return err
	}
	log.Info("starting", "version", versionText(), "http", listener.Addr().String(), "redis", cfg.RedisURL != "")

	health := bot.NewHealth(metrics, house.store.Degraded)
	group, ctx := errgroup.WithContext(ctx)
	serving, stopServing := context.WithCancel(context.WithoutCancel(ctx)) // health is told until the last command is done
	group.Go(func() error { return health.Serve(serving, listener) })
	group.Go(func() error {
		defer stopServing()
		return house.answer(ctx, cfg, health, metrics, log)
	})
	err = group.Wait()
	log.Info("stopped")
	return err
}

// answer answers Slack from when it has said who catbot is until ctx is done.
func (h *house) answer(ctx context.Context, cfg Config, health *bot.Health, metrics *bot.Metrics, log *slog.Logger) error {
	self, err := bot.LearnSelf(ctx, cfg.SlackBotToken, cfg.SlackAPIURL, health.Waits, log)
	if err != nil {
		return nil // ctx is done before there was a bot
	}
	people := bot.NewPeople(cfg.SlackBotToken, cfg.SlackAPIURL, cfg.words(), log)
	known := newNames(cfg, h, self, log)
	digests := newDigests(cfg, h, self, people, log, metrics)
	b := bot.New(bot.Config{
		Self: self, AppToken: cfg.SlackAppToken, BotToken: cfg.SlackBotToken, APIURL: cfg.SlackAPIURL, Workers: cfg.Workers,
		Runner: h.runner, First: h.firstOf(self), People: people, Guests: cfg.AllowGuests, Names: known, Metrics: metrics, Log: log, Now: cfg.now,
		Digests: bot.Digests{
			Engine: digests, Zone: cfg.TimeZone, Durable: h.store.Durable(), Admins: cfg.Admins, Channels: cfg.Channels,
		},
	})
	health.Begins(b)

	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return b.Run(ctx) })
	group.Go(func() error { return digests.Run(ctx) })
	group.Go(func() error { h.learn(ctx, log); return nil })
	group.Go(func() error { known.Run(ctx); return nil })
	return group.Wait()
}

// A house is everything below bot, wired together.
type house struct {
	client *catapi.Client
	store  *store.Store
	cache  *cache.Cache
	runner *query.Runner
}

// build wires what answers a command: the API's client, the cache around it, the runner on top.
func build(cfg Config, log *slog.Logger, metrics *bot.Metrics) (*house, error) {
	client, err := newClient(cfg, log, metrics)
	if err != nil {
		return nil, err
	}
	store, err := store.Open(cfg.RedisURL, log)
	if err != nil {
		return nil, fmt.Errorf("REDIS_URL: %w", err)
	}
	kept := cache.New(cache.Settings{
		Source: client, Away: client.Away, Store: store, Namespace: shortHash(cfg.SecretID),
		FreshTTL: cfg.CacheFreshTTL, SettledTTL: cfg.CacheSettledTTL, Observe: metrics.Lookup, Now: cfg.now, Log: log,
	})
	runner := &query.Runner{
		Source: kept, Task: client.ProbeTask, Now: cfg.now, Log: log,
		DefaultWindow: time.Duration(cfg.DefaultWindow), MaxWindow: time.Duration(cfg.MaxWindow),
	}
	return &house{client, store, kept, runner}, nil
}

func newClient(cfg Config, log *slog.Logger, metrics *bot.Metrics) (*catapi.Client, error) {
	return catapi.New(catapi.Config{
		URL: cfg.CATAPIURL, URL3: cfg.CATAPI3URL, SecretID: cfg.SecretID, SecretKey: cfg.SecretKey, Token: cfg.Token, Region: cfg.Region,
		Rate: cfg.CATRate, MaxResponse: cfg.MaxResponse, Observe: metrics.Upstream, Logger: log, Now: cfg.now,
	})
}

// firstOf is the store's First for this installation alone.
func (h *house) firstOf(self bot.Self) func(ctx context.Context, key string, ttl time.Duration) bool {
	return func(ctx context.Context, key string, ttl time.Duration) bool {
		return h.store.FirstSeen(ctx, self.Space()+" "+key, ttl)
	}
}

// keepDigests lets digests survive a restart where Redis is inside this process.
func (h *house) keepDigests(cfg Config) error {
	if cfg.DataDir == "" {
		return nil
	}
	if err := h.store.PersistIn(cfg.DataDir, digest.Prefix, tasks.Prefix); err != nil {
		return fmt.Errorf("DATA_DIR: %w", err)
	}
	return nil
}

func newDigests(cfg Config, h *house, self bot.Self, people *bot.People, log *slog.Logger, metrics *bot.Metrics) *digest.Engine {
	return digest.New(digest.Config{
		Book:    &digest.Book{Space: self.Space(), Redis: h.store.Client(), Sync: h.store.Sync, Read: h.runner.ParseAt, Now: cfg.now},
		Channel: bot.NewChannel(cfg.SlackBotToken, cfg.SlackAPIURL, cfg.Channels, people, log),
		Answer:  h.runner.Codes, CatchUp: cfg.DigestCatchUp, Settle: cfg.DigestSettle, Observe: metrics.Digest, Log: log, Now: cfg.now,
	})
}

// newNames knows what tasks are called, and lets the language know.
func newNames(cfg Config, h *house, self bot.Self, log *slog.Logger) *tasks.Directory {
	known := tasks.New(tasks.Config{
		Space: self.Space(), Redis: h.store.Client(), Sync: h.store.Sync, Listers: []tasks.Lister{h.client.Tasks, h.client.ProbeTasks}, Now: cfg.now, Log: log,
	})
	h.runner.Names = known
	return known
}

// close ends h from the top down.
func (h *house) close(log *slog.Logger) {
	h.cache.Close()
	if err := h.store.Close(); err != nil {
		log.Warn("closing the cache", "error", err)
	}
	h.client.Close()
}

// learnTimeout bounds the one call that learns the names of provinces.
const learnTimeout = 20 * time.Second

// learn asks the API once for the provinces that its probes stand in. Without an answer the built-in names and
// those in every history have to do.
func (h *house) learn(ctx context.Context, log *slog.Logger) {
	ctx, cancel := context.WithTimeout(ctx, learnTimeout)
	defer cancel()
	agents, err := func() (agents []catapi.Agent, err error) {
		defer catapi.Recover(&err)
		return h.client.Agents(ctx)
	}()
	if err != nil {
		log.Warn("the names of provinces were not learned", "error", err)
		return
	}
	var found []commands.Province
	for _, agent := range agents {
		found = append(found, commands.Province{Code: agent.Province, Name: agent.ProvinceName})
	}
	h.runner.Learn(found...)
}

// explain says which settings keep catbot from running, where to get it, and what works without.
func explain(out io.Writer, title string, problems []problem) {
	fmt.Fprintln(out, title)
	for _, p := range problems {
		fmt.Fprintf(out, "\n  %s %s\n      → %s\n", p.Variable, p.What, p.Fix)
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

// Package query runs the commands codes and trend: it asks a source, the API's client or the cache around it, and
// makes the report of what comes back.
package query

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"catbot/catapi"
	"catbot/commands"
	"catbot/report"
)

// A Source answers a query: a client of the API, or the cache that wraps one.
type Source interface {
	ReturnCodeHistory(context.Context, catapi.Query) (catapi.History, error)
}

// A Runner runs codes and trend, for Slack and for the terminal.
type Runner struct {
	Source Source
	Names  Names // of tasks; may be nil
	// Task returns the state of a task from API 3.0; may be nil.
	Task          func(ctx context.Context, id string) (catapi.Task, error)
	Now           func() time.Time
	Log           *slog.Logger
	DefaultWindow time.Duration // as in Language
	MaxWindow     time.Duration
	// Cached calls use with the cached answers to a query, by day. It returns false if one is missing, perhaps after some
	// calls. It makes no requests; may be nil.
	Cached func(q catapi.Query, use func(catapi.History)) bool
	// Prefetch gets the answers to queries that are about to be asked into the cache, in fewer calls than they would
	// cost one by one; nil where nothing can.
	Prefetch func(context.Context, []catapi.Query)
	// FetchLater fetches the answers to queries into the cache when the limits of the API leave room, if they are still
	// wanted after a pause. It returns at once.
	// It must be set if Room is.
	FetchLater func(queries []catapi.Query, pause time.Duration, wanted func() bool)
	// Room returns how many calls about a task would be sent at once, without waiting for the limits of the API. It is nil
	// where nothing limits them.
	Room func(task string) int
	// UsualCalls bounds the calls of the API in a minute for the usual of commands that don't ask for it; 0 means none.
	UsualCalls int
	// UsualWait is how long the answer to such a command waits for the usual when it is complete otherwise. With 0 it
	// waits up to 300 ms if no other command is running and Room allows the calls; otherwise it does not wait.
	UsualWait time.Duration

	asking      atomic.Int64 // the commands that are running
	seen        seenCache
	learnMu     sync.Mutex
	learned     atomic.Pointer[commands.Provinces]
	usualBudget callBudget // of UsualCalls
}

// Names has the names and aliases of tasks.
type Names interface {
	// TaskName returns the API's name for a task, or "" if it is unknown. It does not wait.
	TaskName(task string) string
	// Aliases returns the known aliases of tasks, in lower case. It does not wait, and its result must not be changed.
	Aliases() map[string]string
}

// parallel bounds the concurrent queries of one command; the source has its own limits.
const parallel = 8

// Parse reads text as typed now, with the names learned so far.
func (r *Runner) Parse(text string) (commands.Command, error) { return r.ParseAt(text, r.Now()) }

// ParseAt reads text as if it were typed at.
func (r *Runner) ParseAt(text string, at time.Time) (commands.Command, error) {
	return r.Language().Parse(text, at)
}

// Language is the language with the names learned so far.
func (r *Runner) Language() commands.Language {
	l := commands.Language{Names: r.provinces(), DefaultWindow: r.DefaultWindow, MaxWindow: r.MaxWindow}
	if r.Names != nil {
		l.Aliases = r.Names.Aliases()
	}
	return l
}

func (r *Runner) provinces() commands.Provinces {
	if names := r.learned.Load(); names != nil {
		return *names
	}
	return commands.Provinces{}
}

// Learn adds names of provinces that the API uses.
func (r *Runner) Learn(found ...commands.Province) {
	r.learnMu.Lock()
	defer r.learnMu.Unlock()
	next := r.provinces().With(found...)
	r.learned.Store(&next)
}

// Provinces are those that are known by now.
func (r *Runner) Provinces() []commands.Province { return r.provinces().All() }

// Codes answers c as if it were at: a digest that is late tells of its slot's window. What fails is told in the part
// that it concerns, beside those that succeeded.
func (r *Runner) Codes(ctx context.Context, c commands.Codes, at time.Time) report.Answer {
	alone := r.asking.Add(1) == 1 || r.UsualWait > 0
	defer r.asking.Add(-1)
	begin, end := c.Window.Resolve(at)
	request := report.Request{
		Command: c, Tasks: c.Tasks, OnlyISPs: c.ISPs,
		Begin: begin, End: end,
		Compare:  c.Compare != commands.NoBaseline && c.Compare != commands.OfLastDays,
		Baseline: string(c.Compare),
		Top:      c.Listed(), Public: c.Public, Rows: c.Show == commands.Rows, Names: r.taskNames(c.Tasks),
	}
	provinces := r.provinces().Distinct(c.Provinces)
	request.OnlyProvinces, request.Places = provinces, r.placeNames(provinces)
	if len(provinces) == 0 {
		provinces = []string{""}
	}
	var queries []catapi.Query
	for _, task := range c.Tasks {
		for _, province := range provinces {
			queries = append(queries, r.query(task, province, begin, end))
		}
	}
	parts := r.answerParts(ctx, c, queries, at, alone)
	for i, q := range queries {
		parts[i].Name = request.Names[q.Task]
	}
	answer := report.NewAnswer(request, parts)
	answer.Choice.Provinces = r.provinceChoice(request, answer.Choice.Provinces)
	return answer
}

func (r *Runner) taskNames(tasks []string) map[string]string {
	names := map[string]string{}
	if r.Names == nil {
		return names
	}
	for _, task := range tasks {
		if name := r.Names.TaskName(task); name != "" {
			names[task] = name
		}
	}
	return names
}

// answerParts answers queries at once. Most commands have one, which needs no goroutine. alone is set when no other
// command was running as this one began.
func (r *Runner) answerParts(
	ctx context.Context, c commands.Codes, queries []catapi.Query, at time.Time, alone bool,
) []report.Part {
	if len(queries) == 1 {
		return []report.Part{r.answerPart(ctx, c, queries[0], at, alone)}
	}
	parts := make([]report.Part, len(queries))
	var group errgroup.Group
	group.SetLimit(parallel)
	for i, q := range queries {
		group.Go(func() error {
			parts[i] = r.answerPart(ctx, c, q, at, false)
			return nil
		})
	}
	_ = group.Wait() // no part returns an error: it carries its own
	return parts
}

// answerPart answers one query; a panic is its error.
func (r *Runner) answerPart(
	ctx context.Context,
	c commands.Codes,
	q catapi.Query,
	at time.Time,
	alone bool,
) report.Part {
	part, err := r.buildPart(ctx, c, q, at, alone)
	if err != nil {
		return report.Part{Task: q.Task, Province: q.Province, Err: err}
	}
	return part
}

func (r *Runner) buildPart(
	ctx context.Context,
	c commands.Codes,
	q catapi.Query,
	at time.Time,
	alone bool,
) (part report.Part, err error) {
	defer catapi.Recover(&err)
	var back *usualSearch
	if !catapi.IsAPI3(q.Task) { // else what a day costs is not known yet
		back = r.startUsualSearch(ctx, c, q, 0, at, alone)
	}
	defer func() { back.stop() }()
	now, refusal, err := r.history(ctx, q)
	if err != nil {
		return report.Part{}, err
	}
	if back == nil && now.Stale == nil && catapi.IsAPI3(q.Task) {
		back = r.startUsualSearch(ctx, c, q, countProbes(now), at, alone)
	}
	question := report.Question{
		Task:     q.Task,
		Province: q.Province,
		ISPs:     len(c.ISPs),
		Seen:     r.seen.lastDay(q.Task, r.Now()),
		Now:      at,
	}
	if len(c.ISPs) > 0 {
		question.ISP = c.Wants
	}
	var notes []report.Note
	if refusal != nil {
		notes = append(notes, report.Note{Kind: report.ProvinceRefused, Err: refusal})
	}
	before, without := r.baseline(ctx, c, q, now)
	notes = append(notes, without...)
	part = report.NewPart(question, now, before)
	part.Baseline = string(c.Compare)
	if part.Stale == nil {
		part.Usual = back.finish()
	}
	if known, ok := r.provinces().Find(q.Province); ok && part.Place == "" {
		part.Place = known.Name
	}
	part.Notes = append(notes, part.Notes...)
	if now.Probes != nil && part.Stale == nil {
		r.noteUnwatched(ctx, &part)
	}
	for _, note := range part.Notes {
		if note.Kind == report.SummaryDiffers {
			r.Log.Warn("the api's summary differs from its rows", "query", q, "summary", note.API, "rows", note.Rows)
		}
	}
	return part, nil
}

// history fetches the answer to q. If the API refuses q's province, it fetches all provinces and selects q's;
// then refusal is the API's error.
func (r *Runner) history(ctx context.Context, q catapi.Query) (h catapi.History, refusal, err error) {
	const invalidParameter = 10001
	h, err = r.Source.ReturnCodeHistory(ctx, q)
	if apiError, ok := errors.AsType[*catapi.Error](err); ok && apiError.Code == invalidParameter && q.Province != "" {
		all := q
		all.Province = ""
		var allErr error
		if h, allErr = r.Source.ReturnCodeHistory(ctx, all); allErr == nil {
			r.learnNames(h)
			return filterProvince(h, q.Province, r.provinces()), err, nil
		}
	}
	if err != nil {
		return catapi.History{}, nil, err
	}
	r.learnNames(h)
	return h, nil, nil
}

// filterProvince returns h with the rows in province only, and without summary and buckets, which are of all provinces.
func filterProvince(h catapi.History, province string, names commands.Provinces) catapi.History {
	var rows []catapi.Row
	for _, row := range h.Rows {
		if names.Same(row, province) {
			rows = append(rows, row)
		}
	}
	h.Rows, h.Summary, h.Buckets, h.Query.Province = rows, nil, nil, province
	return h
}

// learnNames records the names of provinces and ISPs in h. Rows are sorted, so neighbors mostly have the same province.
func (r *Runner) learnNames(h catapi.History) {
	r.seen.record(h)
	var found []commands.Province
	for i, row := range h.Rows {
		if i == 0 || row.Province != h.Rows[i-1].Province {
			found = append(found, commands.ProvinceOf(row))
		}
	}
	if r.provinces().Adds(found...) {
		r.Learn(found...)
	}
}

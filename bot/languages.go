package bot

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/hashicorp/golang-lru/v2/expirable"
	"github.com/slack-go/slack"

	"catbot/words"
)

// Languages know which language a person reads, by the locale that Slack has of them.
type Languages struct {
	api     *slack.Client
	log     *slog.Logger
	usual   words.Words // of those whose locale is not known, or not spoken
	people  *expirable.LRU[string, words.Words]
	failed  *expirable.LRU[string, struct{}] // who was asked about in vain, so that Slack is left alone for a while
	trouble atomic.Bool                      // it was said in the log
}

const (
	// maxPeople are remembered, each for peopleFor: locales change rarely.
	maxPeople = 10_000
	peopleFor = time.Hour
	failedFor = time.Minute
	// askPerson is how long an answer waits for its language.
	askPerson = time.Second
)

// NewLanguages asks the Web API at apiURL, which ends in "/". usual is for those whose locale is not known.
func NewLanguages(botToken, apiURL string, usual words.Words, log *slog.Logger) *Languages {
	return &Languages{
		api: newAPI(NewHTTPClient(maxPosting), "", botToken, apiURL), log: log, usual: usual,
		people: expirable.NewLRU[string, words.Words](maxPeople, nil, peopleFor),
		failed: expirable.NewLRU[string, struct{}](maxPeople, nil, failedFor),
	}
}

// of returns the words for user. Trouble with Slack costs the language, never the answer.
func (l *Languages) of(ctx context.Context, user string) words.Words {
	if w, ok := l.people.Get(user); ok {
		return w
	}
	if l.failed.Contains(user) || user == "" {
		return l.usual
	}
	ctx, cancel := context.WithTimeout(ctx, askPerson)
	defer cancel()
	info, err := l.api.GetUserInfoContext(ctx, user)
	if err != nil {
		l.failed.Add(user, struct{}{})
		if !l.trouble.Swap(true) {
			l.log.Warn("slack does not tell which language a person reads", "user", user, "error", withoutURL(err))
		}
		return l.usual
	}
	l.trouble.Store(false)
	w, spoken := words.For(info.Locale)
	if !spoken {
		w = l.usual
	}
	l.people.Add(user, w)
	return w
}

// known is of without asking anybody.
func (l *Languages) known(user string) words.Words {
	if w, ok := l.people.Get(user); ok {
		return w
	}
	return l.usual
}

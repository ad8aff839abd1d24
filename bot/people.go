package bot

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/hashicorp/golang-lru/v2/expirable"
	"github.com/slack-go/slack"

	"catbot/i18n"
)

// People looks up people in Slack and caches the answers: language, workspace and whether they are guests.
type People struct {
	api          *slack.Client
	log          *slog.Logger
	defaultWords i18n.Phrases // for a person whose locale is unknown or not supported
	people       *expirable.LRU[string, person]
	failed       *expirable.LRU[string, person] // people whose lookup failed; it is not repeated for failedFor
	failing      atomic.Bool                    // the last lookup failed, which is in the log
}

// A person is what Slack says about somebody. Without an answer of Slack's only words is set.
type person struct {
	words        i18n.Phrases
	fetched      bool // Slack has answered
	membership   membership
	guest        bool // single-channel or multi-channel guest
	missingScope bool // the token lacks users:read
}

const (
	// maxPeople bounds the cache. An entry is valid for peopleFor, a failed lookup for failedFor.
	maxPeople = 10_000
	peopleFor = time.Hour
	failedFor = 15 * time.Second
	// lookUpTimeout bounds how long an answer waits for a lookup.
	lookUpTimeout = time.Second
)

// NewPeople returns an empty cache. defaultWords is for people whose locale is unknown.
func NewPeople(s *Slack, defaultWords i18n.Phrases, log *slog.Logger) *People {
	return &People{
		api: s.api, log: log, defaultWords: defaultWords,
		people: expirable.NewLRU[string, person](maxPeople, nil, peopleFor),
		failed: expirable.NewLRU[string, person](maxPeople, nil, failedFor),
	}
}

// lookUp returns what Slack says about user. Without an answer it returns within lookUpTimeout, with the default
// language.
func (p *People) lookUp(ctx context.Context, user string) person {
	if who := p.cached(user); who.fetched || user == "" {
		return who
	}
	if who, ok := p.failed.Get(user); ok {
		return who
	}
	ctx, cancel := context.WithTimeout(ctx, lookUpTimeout)
	defer cancel()
	info, err := p.api.GetUserInfoContext(ctx, user)
	if err != nil {
		refused, _ := errors.AsType[slack.SlackErrorResponse](err)
		who := person{words: p.defaultWords, missingScope: refused.Err == "missing_scope"}
		p.failed.Add(user, who)
		if !p.failing.Swap(true) {
			p.log.Warn("users.info failed, access and language are unknown", "user", user, "error", withoutURL(err))
		}
		return who
	}
	p.failing.Store(false)
	who := person{
		words: p.defaultWords, fetched: true, membership: membership{info.TeamID, info.Enterprise.EnterpriseID},
		guest: info.IsRestricted || info.IsUltraRestricted,
	}
	if w, supported := i18n.For(info.Locale); supported {
		who.words = w
	}
	p.people.Add(user, who)
	return who
}

// cached returns what is cached of user, without a request.
func (p *People) cached(user string) person {
	if who, ok := p.people.Get(user); ok {
		return who
	}
	return person{words: p.defaultWords}
}

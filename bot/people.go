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

// People are who Slack says they are: the language that somebody reads, the organisation that somebody belongs to.
type People struct {
	api     *slack.Client
	log     *slog.Logger
	usual   i18n.Phrases // of those whose locale is not known, or not spoken
	people  *expirable.LRU[string, person]
	failed  *expirable.LRU[string, person] // who was asked about in vain, so that Slack is left alone for a while
	trouble atomic.Bool                    // it was said in the log
}

// A person is what Slack tells of somebody; nothing but the usual words where it tells nothing.
type person struct {
	words i18n.Phrases
	known bool
	of    membership
	guest bool // who sees some channels of the workspace only
	// unasked is true where catbot's app lacks the permission to ask.
	unasked bool
}

const (
	// maxPeople are remembered, each for peopleFor: what is told of them changes rarely.
	maxPeople = 10_000
	peopleFor = time.Hour
	failedFor = 15 * time.Second
	// askPerson is how long an answer waits for what Slack tells of its person.
	askPerson = time.Second
)

// NewPeople asks Slack about people. usual is for those whose locale is not known.
func NewPeople(s *Slack, usual i18n.Phrases, log *slog.Logger) *People {
	return &People{
		api: s.api, log: log, usual: usual,
		people: expirable.NewLRU[string, person](maxPeople, nil, peopleFor),
		failed: expirable.NewLRU[string, person](maxPeople, nil, failedFor),
	}
}

// ask returns what Slack tells of user. What it does not tell delays nobody for long.
func (p *People) ask(ctx context.Context, user string) person {
	if who := p.recall(user); who.known || user == "" {
		return who
	}
	if who, ok := p.failed.Get(user); ok {
		return who
	}
	ctx, cancel := context.WithTimeout(ctx, askPerson)
	defer cancel()
	info, err := p.api.GetUserInfoContext(ctx, user)
	if err != nil {
		refused, _ := errors.AsType[slack.SlackErrorResponse](err)
		who := person{words: p.usual, unasked: refused.Err == "missing_scope"}
		p.failed.Add(user, who)
		if !p.trouble.Swap(true) {
			p.log.Warn("slack does not tell who a person is and which language they read", "user", user, "error", withoutURL(err))
		}
		return who
	}
	p.trouble.Store(false)
	who := person{words: p.usual, known: true, of: membership{info.TeamID, info.Enterprise.EnterpriseID}, guest: info.IsRestricted || info.IsUltraRestricted}
	if w, spoken := i18n.For(info.Locale); spoken {
		who.words = w
	}
	p.people.Add(user, who)
	return who
}

// recall is ask without asking anybody.
func (p *People) recall(user string) person {
	if who, ok := p.people.Get(user); ok {
		return who
	}
	return person{words: p.usual}
}

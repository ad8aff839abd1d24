package bot

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"catbot/bot/blockkit"
	"catbot/commands"
	"catbot/digest"
)

// Digests are the digests, and who may do what with them.
type Digests struct {
	Engine   *digest.Engine
	Zone     string   // of a digest that names none
	Durable  bool     // whether they survive a restart
	Admins   []string // ids of people who may change anybody's digests
	Channels []string // ids of channels that digests may be in; none means all
}

// digestAdd adds a digest if it will work.
func (b *Bot) digestAdd(ctx context.Context, j job, d commands.DigestAdd) (blockkit.Message, string) {
	if d.Channel == "" {
		d.Channel = j.to.Channel
	}
	if d.Zone == "" {
		d.Zone = b.digests.Zone
	}
	runs, fault := b.fits(ctx, j, d)
	if fault != nil {
		return blockkit.Sentence(fault.sentence), "refused"
	}
	return b.add(ctx, j, d, runs)
}

// fits looks whether d will work: its channel takes it, its person is in there, and its command will be understood at
// its slots, of which it returns the next.
func (b *Bot) fits(ctx context.Context, j job, d commands.DigestAdd) (runs []time.Time, fault *fieldError) {
	if !mayHold(b.digests.Channels, d.Channel) {
		return nil, &fieldError{blockkit.FieldChannel, j.words.ChannelNotAllowed()}
	}
	if sentence, ok := b.mayPost(ctx, j, d.Channel); !ok {
		return nil, &fieldError{blockkit.FieldChannel, sentence}
	}
	zone, err := time.LoadLocation(d.Zone)
	if err != nil {
		return nil, &fieldError{blockkit.FieldZone, j.words.UnknownZone(d.Zone)}
	}
	runs = nextRuns(d.Schedule, zone, b.now())
	for _, run := range runs {
		if err := b.runner.Language().Check(d.Command, run); err != nil {
			syntax, _ := errors.AsType[*commands.SyntaxError](err)
			return nil, &fieldError{blockkit.FieldCommand, j.words.NotAtItsSlots(syntax.Explain(j.words))}
		}
	}
	return runs, nil
}

// mayHold reports whether channel may have digests: when it is one of allowed, or none are named.
func mayHold(allowed []string, channel string) bool {
	return len(allowed) == 0 || slices.Contains(allowed, channel)
}

// add keeps a digest that fits.
func (b *Bot) add(ctx context.Context, j job, d commands.DigestAdd, runs []time.Time) (blockkit.Message, string) {
	key := j.envelope
	if j.submission != nil {
		key = cmp.Or(j.submission.view, key) // it may be sent again, in another envelope
	}
	added, err := b.digests.Engine.Store.Add(ctx, key, j.to.User, d)
	if err != nil {
		return b.digestTrouble(j, "", err)
	}
	b.log.Info("a digest was added", "digest", added.ID, "user", j.to.User, "channel", d.Channel, "text", d.String())
	return blockkit.DigestSaved(added, j.words.DigestAdded(added.ID), runs, b.cautions(ctx, d, runs, j.words), b.digests.Engine.Settle, b.digests.Durable, j.words), "answered"
}

// change lets the digest id do what d says.
func (b *Bot) change(ctx context.Context, j job, id string, d commands.DigestAdd, runs []time.Time) (blockkit.Message, string) {
	old, err := b.changeable(ctx, j, id)
	if err != nil {
		return b.digestTrouble(j, id, err)
	}
	if d.Lang == "" {
		d.Lang = old.Add.Lang
	}
	changed, err := b.digests.Engine.Store.Change(ctx, old, d)
	if err != nil {
		return b.digestTrouble(j, id, err)
	}
	b.log.Info("a digest was changed", "digest", id, "user", j.to.User, "verb", "edit", "text", d.String())
	return blockkit.DigestSaved(changed, j.words.DigestChanged(id), runs, b.cautions(ctx, d, runs, j.words), b.digests.Engine.Settle, b.digests.Durable, j.words), "answered"
}

// changeable is the digest with that id, if the person of j may change it.
func (b *Bot) changeable(ctx context.Context, j job, id string) (digest.Digest, error) {
	d, err := b.digests.Engine.Store.Get(ctx, id)
	switch {
	case err != nil:
		return d, err
	case b.mayChange(j, d):
		return d, nil
	}
	sees, err := b.maySee(ctx, j, d)
	switch {
	case err != nil:
		return d, fmt.Errorf("%w: %w", errNotTold, withoutURL(err))
	case !sees:
		return d, digest.ErrUnknown
	}
	return d, &notYours{d.Owner}
}

// errNotTold says that Slack did not tell whether somebody is in a channel.
var errNotTold = errors.New("looking whether a person is in a digest's channel")

// notYours says that a digest is its owner's to change.
type notYours struct{ owner string }

func (n *notYours) Error() string { return "the digest is another's" }

// shownRuns is how many of its next runs a new digest is shown with.
const shownRuns = 3

func nextRuns(s commands.Schedule, zone *time.Location, after time.Time) []time.Time {
	var runs []time.Time
	for len(runs) < shownRuns {
		slot, ok := digest.Next(s, zone, after)
		if !ok {
			break
		}
		runs, after = append(runs, slot.At), slot.At
	}
	return runs
}

// mayPost asks Slack whether catbot can post to channel and the person of j is in it. If not, the sentence says why.
func (b *Bot) mayPost(ctx context.Context, j job, channel string) (sentence string, ok bool) {
	if strings.HasPrefix(channel, "D") {
		return j.words.NotAChannel(), false
	}
	info, err := b.api.GetConversationInfoContext(ctx, &slack.GetConversationInfoInput{ChannelID: channel})
	switch refusal, refused := errors.AsType[*digest.Refusal](refusalOf(err)); {
	case refused && refusal.Reason == "channel_not_found":
		return j.words.NotInChannel(), false
	case refused && refusal.Reason == "missing_scope":
		return j.words.MissingScopes(), false
	case err != nil:
		b.log.Warn("a channel was not looked at", "channel", channel, "error", withoutURL(err))
		return j.words.SlackTrouble(), false
	case info.IsIM || info.IsMpIM:
		return j.words.NotAChannel(), false
	case info.IsArchived:
		return j.words.ChannelArchived(), false
	case !info.IsMember:
		return j.words.NotInChannel(), false
	}
	if channel == j.to.Channel {
		return "", true // it was typed there
	}
	in, err := b.isIn(ctx, j.to.User, channel)
	if err != nil {
		b.log.Warn("a channel's members were not looked at", "channel", channel, "error", withoutURL(err))
		return j.words.SlackTrouble(), false
	}
	return j.words.YouAreNotInChannel(), in
}

// isIn reports whether user is in channel. It gives up on channels of more than 50,000.
func (b *Bot) isIn(ctx context.Context, user, channel string) (bool, error) {
	ask := &slack.GetUsersInConversationParameters{ChannelID: channel, Limit: 1000}
	for range 50 {
		members, next, err := b.api.GetUsersInConversationContext(ctx, ask)
		if err != nil || slices.Contains(members, user) {
			return err == nil, err
		}
		if next == "" {
			break
		}
		ask.Cursor = next
	}
	return false, nil
}

// digestList lists the digests of the channel and the person's own.
func (b *Bot) digestList(ctx context.Context, j job) (blockkit.Message, string) {
	all, err := b.digests.Engine.Store.List(ctx, j.to.User, j.to.Channel)
	if err != nil {
		return b.digestTrouble(j, "", err)
	}
	return blockkit.DigestList(all, j.words), "answered"
}

// digestDo does what is asked with one digest, if the person may.
func (b *Bot) digestDo(ctx context.Context, j job, do commands.DigestDo) (blockkit.Message, string) {
	d, err := b.changeable(ctx, j, do.ID)
	if _, another := errors.AsType[*notYours](err); another && b.mayAll(ctx, do.Verb, d) {
		err = nil
	}
	if err != nil {
		return b.digestTrouble(j, do.ID, err)
	}
	switch do.Verb {
	case "show":
		return blockkit.DigestDetails(d, j.words), "answered"
	case "run":
		if d.Broken != "" {
			return blockkit.DigestDetails(d, j.words), "refused"
		}
		err = b.digests.Engine.RunNow(ctx, d, j.to.User, j.envelope)
	case "pause":
		err = b.digests.Engine.Store.Pause(ctx, d, digest.Pause{By: j.to.User, At: b.now()})
	case "resume":
		err = b.digests.Engine.Store.Resume(ctx, d)
	case "remove":
		err = b.digests.Engine.Store.Remove(ctx, d)
	}
	if err != nil {
		return b.digestTrouble(j, do.ID, err)
	}
	b.log.Info("a digest was changed", "digest", d.ID, "user", j.to.User, "verb", do.Verb)
	if do.Verb == "resume" {
		if d, err = b.digests.Engine.Store.Get(ctx, do.ID); err != nil {
			return b.digestTrouble(j, do.ID, err)
		}
		if d.Broken != "" {
			return blockkit.DigestDetails(d, j.words), "refused"
		}
	}
	return blockkit.DigestDone(d, do.Verb, j.words), "answered"
}

// mayAll reports whether everybody who may see d may do verb with it. Nobody else is left to remove what was added by a person
// who has gone.
func (b *Bot) mayAll(ctx context.Context, verb string, d digest.Digest) bool {
	switch verb {
	case "show", "run":
		return true
	case "remove":
		owner, err := b.api.GetUserInfoContext(ctx, d.Owner)
		if err != nil {
			b.log.Warn("a digest's owner was not looked up", "owner", d.Owner, "error", withoutURL(err))
		}
		return err == nil && owner.Deleted
	}
	return false
}

// mayChange reports whether the person of j owns d or looks after all.
func (b *Bot) mayChange(j job, d digest.Digest) bool {
	return j.to.User == d.Owner || slices.Contains(b.digests.Admins, j.to.User)
}

// maySee reports whether the person of j may know of d: who is in its channel reads its posts. A private channel's digests
// are nobody else's business.
func (b *Bot) maySee(ctx context.Context, j job, d digest.Digest) (bool, error) {
	if j.to.Channel == d.Add.Channel || b.mayChange(j, d) {
		return true, nil
	}
	in, err := b.isIn(ctx, j.to.User, d.Add.Channel)
	if refusal, refused := errors.AsType[*digest.Refusal](refusalOf(err)); refused && refusal.Scope == digest.ScopeChannel {
		return false, nil // catbot is not in it, so it may be private
	}
	return in, err
}

// digestTrouble says why something was not done with digests.
func (b *Bot) digestTrouble(j job, id string, err error) (blockkit.Message, string) {
	if another, ok := errors.AsType[*notYours](err); ok {
		return blockkit.NotYours(id, another.owner, j.words), "refused"
	}
	switch {
	case errors.Is(err, errNotTold):
		b.log.Warn("slack does not tell who is in a channel", "envelope", j.envelope, "error", err)
		return blockkit.Sentence(j.words.MembershipNotTold()), "failed"
	case errors.Is(err, digest.ErrUnknown):
		return blockkit.Sentence(j.words.UnknownDigest(id)), "refused"
	case errors.Is(err, digest.ErrFull):
		return blockkit.Sentence(j.words.ChannelFull(digest.MaxPerChannel)), "refused"
	case errors.Is(err, digest.ErrNoTime):
		return blockkit.Sentence(j.words.NeverAgain()), "refused"
	}
	b.log.Error("digests can't be reached", "envelope", j.envelope, "error", err)
	return blockkit.Sentence(j.words.DigestsAway()), "failed"
}

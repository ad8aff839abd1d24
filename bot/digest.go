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

// A digestHandler does what people ask of digests.
type digestHandler struct {
	*core
	config Digests
}

// digestAdd adds a digest if it will work.
func (h *digestHandler) digestAdd(ctx context.Context, r *request, d commands.DigestAdd) (blockkit.Message, string) {
	if d.Channel == "" {
		d.Channel = r.to.Channel
	}
	if d.Zone == "" {
		d.Zone = h.config.Zone
	}
	runs, fault := h.fits(ctx, r, d)
	if fault != nil {
		return blockkit.Sentence(fault.sentence), "refused"
	}
	return h.add(ctx, r, d, runs)
}

// fits looks whether d will work: its channel takes it, its person is in there, and its command will be understood at
// its slots, of which it returns the next.
func (h *digestHandler) fits(ctx context.Context, r *request, d commands.DigestAdd) (runs []time.Time, fault *fieldError) {
	if !mayHold(h.config.Channels, d.Channel) {
		return nil, &fieldError{blockkit.FieldChannel, r.words.ChannelNotAllowed()}
	}
	if sentence, ok := h.mayPost(ctx, r, d.Channel); !ok {
		return nil, &fieldError{blockkit.FieldChannel, sentence}
	}
	zone, err := time.LoadLocation(d.Zone)
	if err != nil {
		return nil, &fieldError{blockkit.FieldZone, r.words.UnknownZone(d.Zone)}
	}
	runs = nextRuns(d.Schedule, zone, h.now())
	for _, run := range runs {
		if err := h.runner.Language().Check(d.Command, run); err != nil {
			syntax, _ := errors.AsType[*commands.SyntaxError](err)
			return nil, &fieldError{blockkit.FieldCommand, r.words.NotAtItsSlots(syntax.Explain(r.words))}
		}
	}
	return runs, nil
}

// mayHold reports whether channel may have digests: when it is one of allowed, or none are named.
func mayHold(allowed []string, channel string) bool {
	return len(allowed) == 0 || slices.Contains(allowed, channel)
}

// add keeps a digest that fits.
func (h *digestHandler) add(ctx context.Context, r *request, d commands.DigestAdd, runs []time.Time) (blockkit.Message, string) {
	added, err := h.config.Engine.Store.Add(ctx, cmp.Or(r.view, r.envelope), r.to.User, d)
	if err != nil {
		return h.digestTrouble(r, "", err)
	}
	h.log.Info("a digest was added", "digest", added.ID, "user", r.to.User, "channel", d.Channel, "text", d.String())
	return blockkit.DigestSaved(added, r.words.DigestAdded(added.ID), runs, h.cautions(ctx, d, runs, r.words), h.config.Engine.Settle, h.config.Durable, r.words), "answered"
}

// change lets the digest id do what d says.
func (h *digestHandler) change(ctx context.Context, r *request, id string, d commands.DigestAdd, runs []time.Time) (blockkit.Message, string) {
	old, err := h.changeable(ctx, r, id)
	if err != nil {
		return h.digestTrouble(r, id, err)
	}
	if d.Lang == "" {
		d.Lang = old.Add.Lang
	}
	changed, err := h.config.Engine.Store.Change(ctx, old, d)
	if err != nil {
		return h.digestTrouble(r, id, err)
	}
	h.log.Info("a digest was changed", "digest", id, "user", r.to.User, "verb", "edit", "text", d.String())
	return blockkit.DigestSaved(changed, r.words.DigestChanged(id), runs, h.cautions(ctx, d, runs, r.words), h.config.Engine.Settle, h.config.Durable, r.words), "answered"
}

// changeable is the digest with that id, if the person of r may change it.
func (h *digestHandler) changeable(ctx context.Context, r *request, id string) (digest.Digest, error) {
	d, err := h.config.Engine.Store.Get(ctx, id)
	switch {
	case err != nil:
		return d, err
	case h.mayChange(r, d):
		return d, nil
	}
	sees, err := h.maySee(ctx, r, d)
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

// mayPost asks Slack whether catbot can post to channel and the person of r is in it. If not, the sentence says why.
func (h *digestHandler) mayPost(ctx context.Context, r *request, channel string) (sentence string, ok bool) {
	if strings.HasPrefix(channel, "D") {
		return r.words.NotAChannel(), false
	}
	info, err := h.api.GetConversationInfoContext(ctx, &slack.GetConversationInfoInput{ChannelID: channel})
	switch refusal, refused := errors.AsType[*digest.Refusal](refusalOf(err)); {
	case refused && refusal.Reason == "channel_not_found":
		return r.words.NotInChannel(), false
	case refused && refusal.Reason == "missing_scope":
		return r.words.MissingScopes(), false
	case err != nil:
		h.log.Warn("a channel was not looked at", "channel", channel, "error", withoutURL(err))
		return r.words.SlackTrouble(), false
	case info.IsIM || info.IsMpIM:
		return r.words.NotAChannel(), false
	case info.IsArchived:
		return r.words.ChannelArchived(), false
	case !info.IsMember:
		return r.words.NotInChannel(), false
	}
	if channel == r.to.Channel {
		return "", true // it was typed there
	}
	in, err := h.isIn(ctx, r.to.User, channel)
	if err != nil {
		h.log.Warn("a channel's members were not looked at", "channel", channel, "error", withoutURL(err))
		return r.words.SlackTrouble(), false
	}
	return r.words.YouAreNotInChannel(), in
}

// isIn reports whether user is in channel. It gives up on channels of more than 50,000.
func (h *digestHandler) isIn(ctx context.Context, user, channel string) (bool, error) {
	ask := &slack.GetUsersInConversationParameters{ChannelID: channel, Limit: 1000}
	for range 50 {
		members, next, err := h.api.GetUsersInConversationContext(ctx, ask)
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
func (h *digestHandler) digestList(ctx context.Context, r *request) (blockkit.Message, string) {
	all, err := h.config.Engine.Store.List(ctx, r.to.User, r.to.Channel)
	if err != nil {
		return h.digestTrouble(r, "", err)
	}
	return blockkit.DigestList(all, r.words), "answered"
}

// digestDo does what is asked with one digest, if the person may.
func (h *digestHandler) digestDo(ctx context.Context, r *request, do commands.DigestDo) (blockkit.Message, string) {
	d, err := h.changeable(ctx, r, do.ID)
	if _, another := errors.AsType[*notYours](err); another && h.mayAll(ctx, do.Verb, d) {
		err = nil
	}
	if err != nil {
		return h.digestTrouble(r, do.ID, err)
	}
	switch do.Verb {
	case "show":
		return blockkit.DigestDetails(d, r.words), "answered"
	case "run":
		if d.Broken != "" {
			return blockkit.DigestDetails(d, r.words), "refused"
		}
		err = h.config.Engine.RunNow(ctx, d, r.to.User, r.envelope)
	case "pause":
		err = h.config.Engine.Store.Pause(ctx, d, digest.Pause{By: r.to.User, At: h.now()})
	case "resume":
		err = h.config.Engine.Store.Resume(ctx, d)
	case "remove":
		err = h.config.Engine.Store.Remove(ctx, d)
	}
	if err != nil {
		return h.digestTrouble(r, do.ID, err)
	}
	h.log.Info("a digest was changed", "digest", d.ID, "user", r.to.User, "verb", do.Verb)
	if do.Verb == "resume" {
		if d, err = h.config.Engine.Store.Get(ctx, do.ID); err != nil {
			return h.digestTrouble(r, do.ID, err)
		}
		if d.Broken != "" {
			return blockkit.DigestDetails(d, r.words), "refused"
		}
	}
	return blockkit.DigestDone(d, do.Verb, r.words), "answered"
}

// mayAll reports whether everybody who may see d may do verb with it. Nobody else is left to remove what was added by a person
// who has gone.
func (h *digestHandler) mayAll(ctx context.Context, verb string, d digest.Digest) bool {
	switch verb {
	case "show", "run":
		return true
	case "remove":
		owner, err := h.api.GetUserInfoContext(ctx, d.Owner)
		if err != nil {
			h.log.Warn("a digest's owner was not looked up", "owner", d.Owner, "error", withoutURL(err))
		}
		return err == nil && owner.Deleted
	}
	return false
}

// mayChange reports whether the person of r owns d or looks after all.
func (h *digestHandler) mayChange(r *request, d digest.Digest) bool {
	return r.to.User == d.Owner || slices.Contains(h.config.Admins, r.to.User)
}

// maySee reports whether the person of r may know of d: who is in its channel reads its posts. A private channel's digests
// are nobody else's business.
func (h *digestHandler) maySee(ctx context.Context, r *request, d digest.Digest) (bool, error) {
	if r.to.Channel == d.Add.Channel || h.mayChange(r, d) {
		return true, nil
	}
	in, err := h.isIn(ctx, r.to.User, d.Add.Channel)
	if refusal, refused := errors.AsType[*digest.Refusal](refusalOf(err)); refused && refusal.Scope == digest.ScopeChannel {
		return false, nil // catbot is not in it, so it may be private
	}
	return in, err
}

// digestTrouble says why something was not done with digests.
func (h *digestHandler) digestTrouble(r *request, id string, err error) (blockkit.Message, string) {
	if another, ok := errors.AsType[*notYours](err); ok {
		return blockkit.NotYours(id, another.owner, r.words), "refused"
	}
	switch {
	case errors.Is(err, errNotTold):
		h.log.Warn("slack does not tell who is in a channel", "envelope", r.envelope, "error", err)
		return blockkit.Sentence(r.words.MembershipNotTold()), "failed"
	case errors.Is(err, digest.ErrUnknown):
		return blockkit.Sentence(r.words.UnknownDigest(id)), "refused"
	case errors.Is(err, digest.ErrFull):
		return blockkit.Sentence(r.words.ChannelFull(digest.MaxPerChannel)), "refused"
	case errors.Is(err, digest.ErrNoTime):
		return blockkit.Sentence(r.words.NeverAgain()), "refused"
	}
	h.log.Error("digests can't be reached", "envelope", r.envelope, "error", err)
	return blockkit.Sentence(r.words.DigestsAway()), "failed"
}

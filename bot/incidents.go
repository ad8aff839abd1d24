package bot

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"catbot/bot/blockkit"
	"catbot/commands"
	"catbot/digest"
)

// refreshTimeout bounds the update of incidents' messages after a person's press. Those of a whole channel take turns.
const refreshTimeout = 3 * time.Minute

// An incidentHandler handles the commands about incidents and mutes.
type incidentHandler struct {
	*core
	digests *digestHandler
}

// mute silences one digest or all of the channel. Any member of its channel may: it is for who is on call.
func (h *incidentHandler) mute(ctx context.Context, r *request, c commands.DigestMute) (blockkit.Message, string) {
	if c.ID == "" {
		zone, err := time.LoadLocation(h.digests.config.Zone)
		if err != nil {
			return blockkit.Sentence(r.words.UnknownZone(h.digests.config.Zone)), "failed"
		}
		return h.muteChannel(ctx, r, h.newMute(r, c.MuteEnd, zone))
	}
	d, err := h.visibleDigest(ctx, r, c.ID)
	switch {
	case err != nil:
		return h.digests.explainError(r, c.ID, err)
	case d.Broken != "":
		return blockkit.DigestDetails(d, r.words), "refused"
	case d.Add.If == nil:
		return blockkit.NotConditional(d, r.words), "refused"
	}
	return h.setMute(ctx, r, d, h.newMute(r, c.MuteEnd, d.Zone()))
}

// unmute ends a mute of one digest or of the channel.
func (h *incidentHandler) unmute(ctx context.Context, r *request, c commands.DigestUnmute) (blockkit.Message, string) {
	if c.ID == "" {
		return h.muteChannel(ctx, r, nil)
	}
	d, err := h.visibleDigest(ctx, r, c.ID)
	if err != nil {
		return h.digests.explainError(r, c.ID, err)
	}
	return h.setMute(ctx, r, d, nil)
}

// newMute returns a mute that begins now and ends by the clock of zone.
func (h *incidentHandler) newMute(r *request, end commands.MuteEnd, zone *time.Location) *digest.Mute {
	now := h.now()
	return &digest.Mute{By: r.to.User, At: now, Until: end.Resolve(now.In(zone))}
}

// setMute stores the mute m of d; a nil m ends it.
func (h *incidentHandler) setMute(
	ctx context.Context, r *request, d digest.Digest, m *digest.Mute,
) (blockkit.Message, string) {
	if err := h.digests.config.Engine.Store.Mute(ctx, d, m); err != nil {
		return h.digests.explainError(r, d.ID, err)
	}
	h.log.Info("digest changed", "digest", d.ID, "user", r.to.User, "verb", muteVerb(m))
	h.refreshIncidents(r, openIncidents(d)...)
	if m == nil {
		of, err := h.digests.config.Engine.Store.ChannelMute(ctx, d.Add.Channel)
		if err != nil {
			return h.digests.explainError(r, d.ID, err)
		}
		if of.IsOn(h.now()) {
			return blockkit.StillMuted(d.ID, *of, r.words), "answered"
		}
	}
	return blockkit.Muted(d.ID, m, r.words), "answered"
}

// muteChannel stores the mute m of the channel of r; a nil m ends it.
func (h *incidentHandler) muteChannel(ctx context.Context, r *request, m *digest.Mute) (blockkit.Message, string) {
	if !isChannel(r.to.Channel) {
		return blockkit.Sentence(r.words.HereIsNoChannel()), "refused"
	}
	if err := h.digests.config.Engine.Store.MuteChannel(ctx, r.to.Channel, m); err != nil {
		return h.digests.explainError(r, "", err)
	}
	h.log.Info("digests of a channel changed", "channel", r.to.Channel, "user", r.to.User, "verb", muteVerb(m))
	all, err := h.digests.config.Engine.Store.List(ctx, "", r.to.Channel)
	if err != nil { // the next slot of each updates its incident
		h.log.Warn("listing the digests of a muted channel failed", "channel", r.to.Channel, "error", err)
	}
	h.refreshIncidents(r, openIncidents(all...)...)
	return blockkit.Muted("", m, r.words), "answered"
}

func muteVerb(m *digest.Mute) string {
	if m == nil {
		return "unmute"
	}
	return "mute"
}

// isChannel reports whether id, which may be empty, is that of a channel and not of a conversation with one person.
func isChannel(id string) bool { return id != "" && !strings.HasPrefix(id, "D") }

// visibleDigest returns the digest with that id if the person of r may know of it, else digest.ErrUnknown.
func (h *incidentHandler) visibleDigest(ctx context.Context, r *request, id string) (digest.Digest, error) {
	d, err := h.digests.editableDigest(ctx, r, id)
	if _, notOwner := errors.AsType[*notOwnerError](err); notOwner {
		return d, nil
	}
	return d, err
}

// openIncidents returns the ids of the open incidents of digests.
func openIncidents(digests ...digest.Digest) (ids []string) {
	for _, d := range digests {
		if d.State != nil && d.State.Incident.IsOpen() {
			ids = append(ids, d.State.Incident.ID)
		}
	}
	return ids
}

// refreshIncidents updates the messages of open incidents in the background. What fails there is made up for by the
// next slot.
func (h *incidentHandler) refreshIncidents(r *request, ids ...string) {
	if len(ids) == 0 {
		return
	}
	go func() {
		defer h.recoverPanic("updating an incident", r.envelope)
		ctx, cancel := context.WithTimeout(h.deliveryCtx, refreshTimeout)
		defer cancel()
		if err := h.digests.config.Engine.Refresh(ctx, ids...); err != nil {
			h.log.Warn("updating incidents failed", "incidents", ids, "error", detail(err))
		}
	}()
}

// listIncidents lists the incidents of the channel, or of all channels that the person and catbot share.
func (h *incidentHandler) listIncidents(
	ctx context.Context, r *request, c commands.Incidents,
) (blockkit.Message, string) {
	channels := []string{r.to.Channel}
	switch {
	case c.Here && !isChannel(r.to.Channel):
		return blockkit.Sentence(r.words.HereIsNoChannel()), "refused"
	case !c.Here:
		var err error
		if channels, err = h.home.sharedChannels(ctx, r); err != nil {
			h.log.Warn("users.conversations failed", "user", r.to.User, "error", withoutURL(err))
			return blockkit.Sentence(r.words.SlackTrouble()), "failed"
		}
	}
	begin, end := c.Resolve(h.now())
	all, err := h.digests.config.Engine.Store.Incidents(ctx, begin, end, channels...)
	if err != nil {
		return h.digests.explainError(r, "", err)
	}
	return blockkit.IncidentList(digest.IncidentsOf(all, c.Tasks), begin, end, r.words), "answered"
}

// takeIncident notes that the person of r works on an incident.
func (h *incidentHandler) takeIncident(
	ctx context.Context, r *request, c commands.IncidentTake,
) (blockkit.Message, string) {
	i, err := h.digests.config.Engine.Store.Incident(ctx, c.ID)
	if err == nil {
		err = h.checkMember(ctx, r, i.Channel)
	}
	if err == nil {
		i, err = h.digests.config.Engine.Store.Take(ctx, c.ID, r.to.User)
	}
	switch {
	case errors.Is(err, digest.ErrNoIncident):
		return blockkit.Notice(r.words.UnknownIncident(c.ID)), "refused"
	case errors.Is(err, digest.ErrOver):
		return blockkit.Notice(r.words.IncidentOver()), "refused"
	case err != nil:
		return h.digests.explainError(r, "", err)
	}
	h.log.Info("incident taken", "incident", i.ID, "user", r.to.User)
	h.refreshIncidents(r, i.ID)
	return blockkit.Notice(r.words.YouAreOnIt()), "answered"
}

// checkMember returns digest.ErrNoIncident unless the person of r is in channel.
func (h *incidentHandler) checkMember(ctx context.Context, r *request, channel string) error {
	sees, err := h.digests.seesChannel(ctx, r, channel)
	switch {
	case err != nil:
		return fmt.Errorf("%w: %w", errMembershipUnknown, withoutURL(err))
	case !sees:
		return digest.ErrNoIncident
	}
	return nil
}

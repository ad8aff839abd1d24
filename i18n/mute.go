package i18n

// What is said of mutes, and to whoever takes an incident.

// Muted says until when a digest is silent, or all digests of a channel if id is "".
func (w Phrases) Muted(id string) string {
	if id == "" {
		return w.f("The conditions of this channel are muted until %s. If one still fails then, it speaks.", Moment)
	}
	return w.f("Digest %s is muted until %s. If its condition still holds then, it speaks.", id, Moment)
}

// Unmuted says that a mute is over.
func (w Phrases) Unmuted(id string) string {
	if id == "" {
		return w.f("This channel is no longer muted. A digest that is muted by itself stays so.")
	}
	return w.f("Digest %s is no longer muted.", id)
}

// StillMuted says that a digest is silent until when its channel is. The command that ends that follows.
func (w Phrases) StillMuted(id string) string {
	return w.f("Digest %s stays silent: its channel is muted until %s. To end that, type this in the channel:", id, Moment)
}

// NotConditional says that a digest can't be muted. The command to pause it follows.
func (w Phrases) NotConditional(id string) string {
	return w.f("Digest %s has no condition, so there is nothing to mute. To stop it for a while, pause it:", id)
}

// HereIsNoChannel answers who writes "here" in a direct message.
func (w Phrases) HereIsNoChannel() string { return w.f("`here` is for channels. Type this in one.") }

// IncidentsElsewhere says that a terminal has no access to the incidents.
func (w Phrases) IncidentsElsewhere() string {
	return w.f("Incidents are stored with the bot: use `/cat incidents` in Slack, or set `REDIS_URL` and `SLACK_BOT_TOKEN` here to the bot's values.")
}

// UnknownIncident answers who takes an incident that does not exist, or that they may not see.
func (w Phrases) UnknownIncident(id string) string {
	return w.f("There is no incident %s. `/cat incidents` lists them.", id)
}

// IncidentOver answers who takes an incident too late.
func (w Phrases) IncidentOver() string { return w.f("This incident is over.") }

// YouAreOnIt answers who takes an incident.
func (w Phrases) YouAreOnIt() string { return w.f("You are on it. The incident's message shows that.") }

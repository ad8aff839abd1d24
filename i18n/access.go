package i18n

// Sentences for people whom catbot answers not at all, or not fully. team is the name of their workspace or
// organisation.

func (w Phrases) NotOfHere(team string) string {
	return w.f("Only members of %s can use catbot. Ask one of them to share the answer here.", team)
}
func (w Phrases) NotForGuests(team string) string {
	return w.f("Guests can't use digests, aliases or the list of tasks. Ask a member of %s.", team)
}
func (w Phrases) NotKnown() string {
	return w.f("Slack does not tell catbot right now who you are, so it can't do this for you. Try again in a minute. If this goes on, a catbot admin can find the reason with `catbot doctor`.")
}

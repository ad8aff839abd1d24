package i18n

// Hints: what a return code usually means, and what to check first, in one line each. Package report decides which
// hint a code gets.
func (w Phrases) CheckDNS() string {
	return w.f("The name does not resolve: check the domain's records and name servers, and whether one ISP's resolvers differ.")
}
func (w Phrases) CheckRoute() string {
	return w.f("Pings are lost or too slow: check the route and packet loss from that ISP; a firewall that drops ICMP looks the same.")
}
func (w Phrases) CheckPort() string {
	return w.f("No connection is made: check the port, the firewall, and whether the server accepts new connections.")
}
func (w Phrases) CheckService() string {
	return w.f("Nothing listens there: check that the service runs on that port.")
}
func (w Phrases) CheckResets() string {
	return w.f("Connections are cut: look for resets by a load balancer, a firewall or the ISP.")
}
func (w Phrases) CheckLoad() string {
	return w.f("The server is reached but does not answer in time: check its load and slow requests.")
}
func (w Phrases) CheckTLS() string {
	return w.f("TLS fails: check the certificate chain, its dates, and the protocol versions offered.")
}
func (w Phrases) CheckRedirect() string {
	return w.f("The site redirects: check that the task fetches the final address.")
}
func (w Phrases) CheckAccess() string {
	return w.f("The site refuses the probe: check access rules, the WAF and rate limits.")
}
func (w Phrases) CheckPath() string {
	return w.f("The site does not know that address: check the task's path.")
}
func (w Phrases) CheckSiteLog() string {
	return w.f("The site itself answers with an error: check its log, and for 502 and 504 the service behind the gateway.")
}
func (w Phrases) CheckContent() string {
	return w.f("The response is not what the task expects: check whether the page or the expected text has changed.")
}
func (w Phrases) CheckRecords() string {
	return w.f("The name resolves to a private address there: check its DNS records.")
}
func (w Phrases) CheckProbe() string {
	return w.f("The probe itself had a problem, which says little about the site: wait and see.")
}

// Hints for failures in one place only.
func (w Phrases) CheckDNSThere() string {
	return w.f("It is mostly there that the name is not resolved: check what that network's resolvers answer, and what your DNS serves to it.")
}
func (w Phrases) CheckConnectionsThere() string {
	return w.f("It fails mostly there, so the server and its firewall are not the likely cause: check the route and packet loss from there, and whether something blocks that network.")
}
func (w Phrases) CheckAnswerThere() string {
	return w.f("It fails mostly there: check which CDN node or address that network is sent to, and whether something on its way answers in the site's place.")
}

// Hints for failures in all places.
func (w Phrases) CheckDNSEverywhere() string {
	return w.f("The name is resolved nowhere: check the domain's records, its expiry and its name servers.")
}
func (w Phrases) CheckRouteEverywhere() string {
	return w.f("Pings are lost or too slow from everywhere: check the site's uplink, and whether a firewall drops ICMP.")
}

// HintOn names the reason that a hint is about.
func (w Phrases) HintOn(reason, hint string) string { return w.f("%s: %s", reason, hint) }

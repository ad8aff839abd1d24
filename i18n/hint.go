package i18n

import "catbot/catapi"

// Hint says in one line what a return code usually means and what to check first; empty where nothing is known.
func (w Phrases) Hint(kind catapi.Kind, code int64) string {
	switch family(kind, code) {
	case "dns":
		return w.f("The name is not resolved: check the domain's records and name servers, and whether one ISP's resolvers differ.")
	case "ping":
		return w.f("Pings are lost or too slow: check the route and packet loss from that ISP; a firewall that drops ICMP looks the same.")
	case "connect":
		return w.f("No connection comes about: check the port, the firewall, and whether the server takes new connections.")
	case "refused":
		return w.f("Nothing listens there: check that the service runs, and on that port.")
	case "cut":
		return w.f("Connections break off: look for resets by a load balancer, a firewall or the ISP.")
	case "slow":
		return w.f("The server is reached but does not answer in time: look at its load and at slow requests.")
	case "tls":
		return w.f("TLS fails: check the certificate's chain and dates, and the protocol versions that are offered.")
	case "redirect":
		return w.f("The site redirects: check that the task fetches the final address.")
	case "denied":
		return w.f("The site turns the probe away: check access rules, the WAF and rate limits.")
	case "missing":
		return w.f("The site does not know that address: check the task's path.")
	case "server":
		return w.f("The site itself answers with an error: look at its log, and for 502 and 504 at what stands behind the gateway.")
	case "content":
		return w.f("The answer is not what the task expects: check whether the page or the expected text has changed.")
	case "private":
		return w.f("The name resolves to a private address there: check its DNS records.")
	case "probe":
		return w.f("The probe itself had trouble, which says little of the site: see whether it passes.")
	}
	return ""
}

// HintOn says which reason a hint is about.
func (w Phrases) HintOn(reason, hint string) string { return w.f("%s: %s", reason, hint) }

// family groups the codes that call for the same check.
func family(kind catapi.Kind, code int64) string {
	switch reasonOf(kind, code) {
	case "DNS lookup failed", "host not found", "CNAME error", "local DNS error", "name server error":
		return "dns"
	case "ping timeout", "ping error", "ping gave no time", "timeout", "traceroute error", "traceroute timeout", "too many hops":
		return "ping"
	case "connect timeout", "connect failed", "socket connect failed", "unreachable":
		return "connect"
	case "connection refused":
		return "refused"
	case "connection cut", "connection closed":
		return "cut"
	case "receive timeout", "receive failed", "send timeout", "send failed", "step timeout":
		return "slow"
	case "TLS library error", "TLS read unfinished", "TLS write unfinished", "TLS certificate error", "TLS system error",
		"TLS connect unfinished", "TLS accept unfinished", "TLS connect failed", "TLS error":
		return "tls"
	case "response not as expected", "unknown response", "wrong protocol", "wrong user name", "wrong password":
		return "content"
	case "private address, not probed":
		return "private"
	case "check not finished", "internal error of the probe", "system error of the probe", "unknown error", "script not opened",
		"script result not read", "socket setup failed", "no such probe":
		return "probe"
	}
	return httpFamily(code)
}

// httpFamily groups HTTP's statuses, under whose own number CAT gives most of them and under a negative one the rest.
func httpFamily(code int64) string {
	if status, ok := negativeStatus[code]; ok {
		code = status
	}
	switch {
	case code == 404:
		return "missing"
	case code >= 300 && code < 400:
		return "redirect"
	case code >= 400 && code < 500:
		return "denied"
	case code >= 500 && code < 600:
		return "server"
	}
	return ""
}

var negativeStatus = map[int64]int64{-38: 301, -37: 403, -36: 302, -35: 404, -34: 503, -33: 502, -32: 501}

package store

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"

	"github.com/redis/go-redis/v9"
)

// secretsHint ends errors about a part of an address that may be a piece of its password, and so is never shown.
const escapeHint = "; in a password write %40 for @, %2F for /, %3F for ?, %23 for # and %25 for %"

// parseAddress reads the forms that Open tells. Its errors show nothing of the address but a scheme.
func parseAddress(address string) (*redis.UniversalOptions, error) {
	scheme, rest, ok := strings.Cut(address, "://")
	if !ok {
		return nil, errors.New("the address of redis has no scheme: " +
			"write redis://host:6379/0, or nothing for a redis inside the process")
	}
	plain, group, _ := strings.Cut(scheme, "+")
	if plain != "redis" && plain != "rediss" || scheme != plain && group != "sentinel" && group != "cluster" {
		return nil, fmt.Errorf("redis has no scheme %q: "+
			"write redis://, redis+sentinel:// or redis+cluster://, or rediss for TLS", scheme)
	}
	authority, path := rest, ""
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		authority, path = rest[:end], rest[end:]
	}
	path, query, _ := strings.Cut(path, "?")
	hosts := authority[strings.LastIndex(authority, "@")+1:]
	user := strings.TrimSuffix(authority, hosts)

	addrs, err := parseHosts(hosts, group)
	if err != nil {
		return nil, err
	}
	// go-redis reads one host only, and url.Parse none of several with ports.
	one, err := redis.ParseURL(plain + "://" + user + addrs[0] + path)
	if err != nil || one.DB < 0 || strings.Contains(path, "#") {
		return nil, errors.New("the address of redis is malformed: after the hosts comes the number of a database, " +
			"as in redis://user:password@host:6379/0" + escapeHint)
	}
	o := &redis.UniversalOptions{
		Addrs: addrs, DB: one.DB, Username: one.Username, Password: one.Password,
		TLSConfig: one.TLSConfig, IsClusterMode: group == "cluster",
	}
	if group != "" && o.TLSConfig != nil {
		o.TLSConfig.ServerName = "" // each server is verified by its own name
	}
	if o.IsClusterMode && o.DB != 0 {
		return nil, errors.New("a redis cluster has no database but 0: leave the number away")
	}
	return o, parseOptions(o, query, group)
}

// parseHosts reads host:port,host:port.
func parseHosts(text, group string) ([]string, error) {
	usualPort := "6379"
	if group == "sentinel" {
		usualPort = "26379"
	}
	hosts := strings.Split(text, ",")
	if len(hosts) > 1 && group == "" {
		return nil, errors.New("several redis hosts need redis+sentinel:// or redis+cluster://")
	}
	for i, host := range hosts {
		name, port, err := net.SplitHostPort(host)
		if err != nil { // without a port, it may be
			name, port, err = net.SplitHostPort(host + ":" + usualPort)
		}
		if err != nil || name == "" {
			return nil, errors.New("the address of redis names no host: write redis://host:6379/0" + escapeHint)
		}
		if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
			return nil, errors.New("the port of redis is not a number from 1 to 65535" + escapeHint)
		}
		hosts[i] = net.JoinHostPort(name, port)
	}
	return hosts, nil
}

// parseOptions reads what follows the question mark.
func parseOptions(o *redis.UniversalOptions, query, group string) error {
	values, err := url.ParseQuery(query)
	if err == nil && group == "sentinel" {
		o.MasterName = values.Get("master")
		o.SentinelUsername = values.Get("sentinel_username")
		o.SentinelPassword = values.Get("sentinel_password")
		for _, known := range []string{"master", "sentinel_username", "sentinel_password"} {
			values.Del(known)
		}
		if o.MasterName == "" {
			return errors.New("redis+sentinel:// needs the name of the group: ?master=mymaster")
		}
	}
	if err != nil || len(values) > 0 {
		return errors.New("the address of redis has an unknown option: only redis+sentinel:// takes some, " +
			"master, sentinel_username and sentinel_password" + escapeHint)
	}
	return nil
}

// plainAddress returns the address of o without user and passwords.
func publicAddress(o *redis.UniversalOptions) string {
	scheme := "redis"
	if o.TLSConfig != nil {
		scheme = "rediss"
	}
	hosts := strings.Join(o.Addrs, ",")
	switch {
	case o.IsClusterMode:
		return scheme + "+cluster://" + hosts
	case o.MasterName != "":
		return fmt.Sprintf("%s+sentinel://%s/%d?master=%s", scheme, hosts, o.DB, url.QueryEscape(o.MasterName))
	default:
		return fmt.Sprintf("%s://%s/%d", scheme, hosts, o.DB)
	}
}

package commands

import (
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // the language knows the world's zones wherever it runs
	"unicode"
)

// knownZones are those that a slip of the finger is compared with.
var knownZones = []string{
	"America/Chicago", "America/Denver", "America/Los_Angeles", "America/New_York", "America/Sao_Paulo", "America/Toronto",
	"Asia/Bangkok", "Asia/Dubai", "Asia/Hong_Kong", "Asia/Jakarta", "Asia/Kolkata", "Asia/Seoul", "Asia/Shanghai", "Asia/Singapore",
	"Asia/Taipei", "Asia/Tokyo", "Australia/Sydney", "Europe/Berlin", "Europe/London", "Europe/Moscow", "Europe/Paris", "UTC",
}

// Zones are those to choose from: the world's best known, and also.
func Zones(also string) []string {
	if slices.Contains(knownZones, also) {
		return knownZones
	}
	return append([]string{also}, knownZones...)
}

// zoneName gives the name of a time zone as the tz database writes it, for a name in any case.
func zoneName(text string) (string, bool) {
	for _, name := range []string{text, titled(text), strings.ToUpper(text)} {
		if name == "" || strings.EqualFold(name, "local") {
			continue
		}
		if zone, err := time.LoadLocation(name); err == nil {
			return zone.String(), true
		}
	}
	return "", false
}

// titled writes asia/hong_kong as Asia/Hong_Kong.
func titled(text string) string {
	begins := true
	return strings.Map(func(r rune) rune {
		if begins {
			r = unicode.ToUpper(r)
		} else {
			r = unicode.ToLower(r)
		}
		begins = r == '/' || r == '_' || r == '-'
		return r
	}, text)
}

// otherNames are what people call a zone that has no such name.
var otherNames = map[string]string{"beijing": "Asia/Shanghai", "北京": "Asia/Shanghai", "utc+8": "Asia/Shanghai", "gmt+8": "Asia/Shanghai"}

// nearZone returns the known zone that text most resembles, by its whole name or its city, or "".
func nearZone(text string) string {
	if zone, ok := otherNames[text]; ok {
		return zone
	}
	if strings.ContainsAny(text, "0123456789") {
		return "" // an offset is none, and UTC least of all
	}
	lower := map[string]string{}
	var names []string
	for _, zone := range knownZones {
		for _, name := range []string{zone, zone[strings.LastIndex(zone, "/")+1:]} {
			name = strings.ToLower(name)
			if name == text {
				return zone
			}
			lower[name] = zone
			names = append(names, name)
		}
	}
	return lower[nearest(text, names)]
}

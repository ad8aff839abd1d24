package fakecat

import "fmt"

// A story holds the causes of a task's failures.
type story struct {
	servers    []string // the addresses that its name resolves to
	background float64  // the share of single failures outside incidents
	usual      []cause  // of those
	incidents  []incident
}

// A cause is a return code and its share in percent.
type cause struct {
	code   int64
	chance int
}

// An incident happens once in each period of every minutes, at any time within it, and lasts between half of lasts and
// lasts. Its first minute and its strength differ each time.
type incident struct {
	isp       string   // only from this ISP; empty means all
	provinces []string // only from these; nil means all
	server    string   // only this address; empty means all
	every     int64    // minutes
	hour      int64    // of each Beijing day in which it begins, with a day as every; 0 means at any time
	lasts     int64    // minutes, less than every
	share     float64  // largest share of results in reach that fail; at least half of it
	causes    []cause

	// Of a part, which goes on with the incident before it: it ends with that one, and begins so many minutes after it.
	after int64
}

const aDay = 24 * 60

// fourHours is the longest time between incidents, so any eight hours contain a complete one.
const fourHours = 240

var usualCauses = map[string][]cause{
	"ping":  {{10016, 70}, {10015, 20}, {dns, 6}, {20011, 4}},
	"http":  {{10010, 37}, {10014, 25}, {502, 12}, {504, 8}, {-7, 8}, {dns, 10}},
	"https": {{10010, 32}, {10014, 20}, {10034, 18}, {502, 10}, {4, 5}, {-7, 5}, {dns, 10}},
	"tcp":   {{10010, 50}, {10009, 30}, {111, 12}, {10021, 8}},
	"dns":   {{dns, 85}, {-1, 5}, {20009, 10}},
	"ftp":   {{10010, 45}, {10009, 30}, {10014, 15}, {10033, 10}},
	"pop3":  {{10010, 50}, {10032, 15}, {10033, 20}, {10031, 15}},

	// Only API 3.0 has these. It has its own codes for networks and ports.
	"page":     {{10010, 40}, {10014, 30}, {502, 15}, {504, 15}},
	"port":     {{609, 60}, {600, 25}, {608, 15}},
	"network":  {{603, 60}, {605, 25}, {601, 15}},
	"upload":   {{10012, 55}, {10010, 30}, {500, 15}},
	"download": {{10014, 60}, {10010, 30}, {404, 10}},
	"media":    {{10014, 45}, {10010, 35}, {802, 20}},
}

// storyOf returns the story of t for seed.
func storyOf(t task, seed uint64) story {
	draw := hashNumber(hashNumber(seed) + uint64(t.id))
	s := story{background: 0.0003, usual: usualCauses[t.kind]}
	for i := range 2 + int(draw%3) {
		s.servers = append(s.servers, fmt.Sprintf("203.0.113.%d", 1+(int(t.id)*5+i*3+int(draw%7))%250))
	}
	switch {
	case t.scope == paused:
		s.background = 0
	case stories[t.id] != nil:
		stories[t.id](&s)
	default:
		s.drawIncident(t.kind, hashNumber(draw))
	}
	return s
}

// stories holds the tasks of the package comment.
var stories = map[int64]func(*story){
	taskExample: func(s *story) {
		s.servers = []string{exampleServer, "203.0.113.46"}
		s.background = 0.0006
		s.incidents = []incident{
			{
				isp:       mobile.name,
				provinces: []string{"jiangxi", "hunan", "anhui", "fujian"},
				every:     120,
				lasts:     100,
				share:     0.7,
				causes:    []cause{{10016, 84}, {10015, 13}, {dns, 3}},
			},
			{isp: telecom.name, provinces: []string{"jiangxi", "gd", "zj"}, every: fourHours, lasts: 60, share: 0.16,
				causes: []cause{{dns, 70}, {20009, 30}}},
			{
				isp:    unicom.name,
				every:  fourHours,
				lasts:  90,
				share:  0.04,
				causes: []cause{{10015, 55}, {10016, 30}, {inner, 15}},
			},
			{isp: telecom.name, provinces: []string{"gd", "zj", "jiangsu"}, every: 48 * 60, lasts: 20 * 60, share: 0.02,
				causes: []cause{{10018, 100}}}, // makes days differ
		}
	},
	taskISP: func(s *story) {
		s.incidents = []incident{{isp: unicom.name, every: fourHours, lasts: 90, share: 0.6,
			causes: []cause{{10010, 55}, {10034, 25}, {10014, 20}}}}
	},
	taskProvince: func(s *story) {
		s.incidents = []incident{{provinces: []string{"sichuan"}, every: fourHours, lasts: 100, share: 0.9,
			causes: []cause{{10010, 60}, {10013, 25}, {dns, 15}}}}
	},
	taskServer: func(s *story) {
		s.servers = []string{"198.51.100.17", "198.51.100.18", "198.51.100.19", "198.51.100.20"}
		s.incidents = []incident{{server: "198.51.100.18", every: fourHours, lasts: 120, share: 0.8,
			causes: []cause{{502, 50}, {111, 30}, {10014, 20}}}}
	},
	taskEverywhere: func(s *story) {
		s.incidents = []incident{{every: fourHours, lasts: 60, share: 0.5,
			causes: []cause{{502, 40}, {503, 25}, {504, 20}, {10014, 15}}}}
	},
	taskHealthy:    func(s *story) { s.background = 0 },
	taskBackground: func(*story) {},
	taskThere: func(s *story) {
		s.incidents = []incident{
			{isp: telecom.name, provinces: []string{"gd"}, every: fourHours, lasts: 120, share: 0.9,
				causes: []cause{{10010, 70}, {10014, 30}}},
		}
	},
	taskBackup: func(s *story) {
		s.incidents = []incident{{every: aDay, hour: 2, lasts: 40, share: 0.6, causes: []cause{{502, 60}, {504, 40}}}}
	},
	taskEvenings: func(s *story) {
		s.incidents = []incident{{isp: mobile.name, every: aDay, hour: 20, lasts: 150, share: 0.4,
			causes: []cause{{10010, 65}, {10014, 35}}}}
	},
	taskSpreading: func(s *story) {
		causes := []cause{{10010, 60}, {10034, 25}, {10014, 15}}
		s.incidents = []incident{
			{isp: mobile.name, every: 5 * 60, lasts: 60, share: 0.5, causes: causes},
			{isp: mobile.name, after: 13, share: 0.4, causes: causes},  // it worsens
			{isp: telecom.name, after: 18, share: 0.6, causes: causes}, // and spreads
		}
	},
	taskTrunk: func(s *story) {
		s.incidents = []incident{
			{isp: telecom.name, provinces: []string{"北京", "河北", "山西"}, every: aDay, hour: 19, lasts: 180,
				share: 0.7, causes: []cause{{603, 80}, {605, 20}}},
		}
	},
}

// drawIncident gives a task without its own story an occasional incident, or mostly none.
func (s *story) drawIncident(kind string, draw uint64) {
	trouble := incident{every: 6 * 60 << (draw % 4), lasts: 120, share: 0.5, causes: usualCauses[kind]}
	where := hashNumber(draw)
	switch draw >> 8 % 10 {
	case 0, 1:
		s.background = 0
		return
	case 2, 3, 4:
		return
	case 5, 6:
		trouble.isp = []isp{mobile, telecom, unicom}[where%3].name
	case 7:
		trouble.provinces = []string{mainland[where%uint64(len(mainland))].code}
	case 8:
		trouble.server = s.servers[0]
	}
	s.incidents = []incident{trouble}
}

package commands

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"catbot/catapi"
)

// A Province is one place of probes, with all its names. CAT's codes mix pinyin and abbreviations, and its official
// table is not public, so a code can't be derived.
type Province struct {
	Code   string // what the API calls it; empty where only the place is known
	Name   string // Chinese, short form; empty for some probe nodes
	MapKey string // CAT's third spelling, or the place's pinyin where CAT's own is not known
}

// Provinces are the names that the language knows. The zero value has the built-in ones. A value never changes, so it
// may be shared.
type Provinces struct {
	learned map[string]Province // by every lower-case spelling, the built-in ones among them; nil when nothing was learned
	sorted  []string            // the spellings
}

func (p Provinces) table() map[string]Province {
	if p.learned != nil {
		return p.learned
	}
	return builtin
}

// maxNames bounds what is learned, since names come from outside.
const maxNames = 2000

// Find returns the province with a code, Chinese name or map key, in any case, with or without 省 and the like.
func (p Provinces) Find(name string) (Province, bool) {
	name = strings.ToLower(name)
	province, ok := p.table()[name]
	if !ok {
		province, ok = p.table()[shortName(name)]
	}
	return province, ok
}

// spellings lists every name in lower case.
func (p Provinces) spellings() []string {
	if p.learned != nil {
		return p.sorted
	}
	return builtinSpellings
}

// With returns p and also found. What has a code wins over what has none; what was known first wins over the rest.
func (p Provinces) With(found ...Province) Provinces {
	if !p.Adds(found...) {
		return p
	}
	table := maps.Clone(p.table())
	addTo(table, found)
	return Provinces{learned: table, sorted: slices.Sorted(maps.Keys(table))}
}

// Adds reports whether found has something that p does not.
func (p Provinces) Adds(found ...Province) bool {
	return slices.ContainsFunc(found, func(province Province) bool {
		return slices.ContainsFunc(province.names(), func(name string) bool { return adds(p.table(), name, province) })
	})
}

func addTo(table map[string]Province, found []Province) {
	for _, province := range found {
		for _, name := range province.names() {
			if adds(table, name, province) {
				table[name] = province
			}
		}
	}
}

func adds(table map[string]Province, name string, province Province) bool {
	old, known := table[name]
	if known {
		return old.Code == "" && province.Code != ""
	}
	return len(table) < maxNames
}

// All lists the provinces, each once: those with a code first, each by its code or else its name.
func (p Provinces) All() []Province {
	var all []Province
	seen := map[Province]bool{}
	for _, spelling := range p.spellings() {
		if province := p.table()[spelling]; !seen[province] {
			seen[province] = true
			all = append(all, province)
		}
	}
	slices.SortFunc(all, func(a, b Province) int {
		if coded := a.Code != ""; coded != (b.Code != "") {
			return map[bool]int{true: -1, false: 1}[coded]
		}
		return cmp.Or(strings.Compare(a.Code, b.Code), strings.Compare(a.Name, b.Name))
	})
	return all
}

// names lists what p may be typed as.
func (p Province) names() []string {
	var names []string
	for _, name := range []string{p.Code, shortName(p.Name), p.MapKey} {
		name = strings.ToLower(name)
		if name != "" && len(name) <= 64 && name == strings.ToLower(Clean(name)) && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// Same reports whether a row of an answer is in the province that was asked for as name.
func (p Provinces) Same(row catapi.Row, name string) bool {
	names := ProvinceOf(row).names()
	if slices.Contains(names, strings.ToLower(name)) || slices.Contains(names, shortName(strings.ToLower(name))) {
		return true
	}
	known, ok := p.Find(name)
	return ok && slices.ContainsFunc(known.names(), func(n string) bool { return slices.Contains(names, n) })
}

// PlaceName is the Chinese name of the province that name means, "" where it is not known.
func (p Provinces) PlaceName(name string) string {
	province, _ := p.Find(name)
	return shortName(province.Name)
}

// Distinct leaves out of names those that mean a place which an earlier one means: 江西 after jiangxi. Its failures would
// be counted twice.
func (p Provinces) Distinct(names []string) []string {
	var kept []string
	for _, name := range names {
		province, known := p.Find(name)
		if !slices.ContainsFunc(kept, func(other string) bool {
			same, ok := p.Find(other)
			return strings.EqualFold(name, other) || ok && known && same == province
		}) {
			kept = append(kept, name)
		}
	}
	return kept
}

// ProvinceOf is the province that a row of an answer names.
func ProvinceOf(row catapi.Row) Province {
	return Province{Code: row.Province, Name: row.ProvinceName, MapKey: row.MapKey}
}

// suffixes are the official endings of a province's Chinese name, longest first.
var suffixes = []string{"维吾尔自治区", "特别行政区", "壮族自治区", "回族自治区", "自治区", "省", "市"}

// shortName takes the official ending off a Chinese name: 江西省 is 江西.
func shortName(name string) string {
	for _, suffix := range suffixes {
		if short, ok := strings.CutSuffix(name, suffix); ok && short != "" {
			return short
		}
	}
	return name
}

// builtin is what is known before the API was asked: the codes seen in the vendor's own documents, and the
// other provinces by name, so that henan is not mistaken for a misspelt hunan. A place without a code
// is sent as it was typed.
var builtin = func() map[string]Province {
	table := map[string]Province{}
	addTo(table, observed)
	addTo(table, places)
	return table
}()

var builtinSpellings = slices.Sorted(maps.Keys(builtin))

// observed are the codes that stand in the vendor's pages and examples.
var observed = []Province{
	{"jiangxi", "江西", "jiangXi"}, {"sichuan", "四川", "siChuan"}, {"heilongjiang", "黑龙江", ""},
	{"gd", "广东", "guangDong"}, {"zj", "浙江", "zheJiang"}, {"sh", "上海", "shangHai"}, {"tj", "天津", "tianJin"},
	{"sx", "陕西", "shaanxi"}, // and not 山西, whose code is unknown
	{"anhui", "安徽", "anHui"}, {"liaoning", "辽宁", "liaoNing"}, {"chongqing", "重庆", "chongQing"},
	{"fujian", "福建", "fuJian"}, {"guizhou", "贵州", "guiZhou"}, {"hunan", "湖南", "huNan"}, {"jiangsu", "江苏", "jiangSu"},
	{"beijing-1", "北京(一区)", ""}, {"bangkok-1", "曼谷(一区)", ""}, {"moscow", "莫斯科", ""}, {"mumbai", "孟买", ""},
	{"beijing-3", "", ""}, {"germany-1", "", ""}, {"guangzhou-3", "", ""}, {"guangzhou-4", "", ""},
	{"hongkong-1", "", ""}, {"hongkong-2", "", ""}, {"shanghai-1", "", ""}, {"shanghai-2", "", ""},
	{"shanghai-3", "", ""}, {"shanghai-4", "", ""}, {"silicon-v1", "", ""}, {"silicon-v2", "", ""},
	{"singapore-1", "", ""}, {"tianjin-1", "", ""}, {"va", "", ""},
}

// places are China's other provinces, with their pinyin.
var places = []Province{
	{"", "北京", "beijing"}, {"", "河北", "hebei"}, {"", "山西", "shanxi"}, {"", "内蒙古", "neimenggu"}, {"", "吉林", "jilin"},
	{"", "山东", "shandong"}, {"", "河南", "henan"}, {"", "湖北", "hubei"}, {"", "广西", "guangxi"}, {"", "海南", "hainan"},
	{"", "云南", "yunnan"}, {"", "西藏", "xizang"}, {"", "甘肃", "gansu"}, {"", "青海", "qinghai"}, {"", "宁夏", "ningxia"},
	{"", "新疆", "xinjiang"}, {"", "台湾", "taiwan"}, {"", "香港", "hongkong"}, {"", "澳门", "macau"},
}

// rank orders provinces by how well they are known: in the order of observed, and all others after them.
func rank(name string) int {
	i := slices.IndexFunc(observed, func(p Province) bool { return p.Name == name })
	if i < 0 {
		return len(observed)
	}
	return i
}

// isps are the names that ISPs go by, lower case, and how the API writes them.
var isps = map[string]string{
	"移动": "移动", "中国移动": "移动", "移動": "移动", "cmc": "移动", "cmcc": "移动", "mobile": "移动", "chinamobile": "移动",
	"电信": "电信", "中国电信": "电信", "電信": "电信", "ctc": "电信", "telecom": "电信", "chinatelecom": "电信",
	"联通": "联通", "中国联通": "联通", "聯通": "联通", "cuc": "联通", "cucc": "联通", "unicom": "联通", "chinaunicom": "联通",
	"腾讯云": "腾讯云", "tencent": "腾讯云", "tencentcloud": "腾讯云", "其他": "其他", "other": "其他", "others": "其他",
}

// ISPs are the ISPs that CAT's probes stand in, as the API names them.
var ISPs = []string{"移动", "电信", "联通", "腾讯云", "其他"}

// knownISP returns the API's name for an ISP.
func knownISP(name string) (string, bool) {
	isp, ok := isps[strings.ReplaceAll(strings.ToLower(name), " ", "")]
	return isp, ok
}

// SameISP reports whether an ISP in an answer is the one that was asked for: today's API writes 中国移动
// where v2 wrote 移动.
func SameISP(inAnswer, asked string) bool {
	if strings.EqualFold(inAnswer, asked) {
		return true
	}
	a, ok := knownISP(inAnswer)
	b, ok2 := knownISP(asked)
	return ok && ok2 && a == b
}

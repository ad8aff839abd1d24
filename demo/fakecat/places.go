package fakecat

// A province is a place of probes. These are from the vendor's pages and examples; its own table is lost. Of the
// cloud's
// nodes only two have names there, and two provinces have no map key.
type province struct{ code, name, mapKey string }

var mainland = []province{
	{"jiangxi", "江西", "jiangXi"}, {"gd", "广东", "guangDong"}, {"zj", "浙江", "zheJiang"}, {"sh", "上海", "shangHai"},
	{"jiangsu", "江苏", "jiangSu"}, {"sichuan", "四川", "siChuan"}, {"hunan", "湖南", "huNan"}, {"anhui", "安徽", "anHui"},
	{"fujian", "福建", "fuJian"}, {"tj", "天津", "tianJin"}, {"liaoning", "辽宁", "liaoNing"}, {"chongqing", "重庆", "chongQing"},
	{"sx", "陕西", ""}, {"guizhou", "贵州", "guiZhou"}, {"heilongjiang", "黑龙江", ""},
}

var cloud = []province{
	{"beijing-1", "北京(一区)", "beijing-1"}, {"bangkok-1", "曼谷(一区)", "bangkok-1"},
	{"beijing-3", "", ""}, {"germany-1", "", ""}, {"guangzhou-3", "", ""}, {"guangzhou-4", "", ""},
	{"hongkong-1", "", ""}, {"hongkong-2", "", ""}, {"shanghai-1", "", ""}, {"shanghai-2", "", ""},
	{"shanghai-3", "", ""}, {"shanghai-4", "", ""}, {"silicon-v1", "", ""}, {"silicon-v2", "", ""},
	{"singapore-1", "", ""}, {"tianjin-1", "", ""}, {"va", "", ""},
}

var abroad = []province{{"moscow", "莫斯科", "moscow"}, {"mumbai", "孟买", "mumbai"}}

// provincesWithoutCode are provinces whose codes were seen nowhere, so that only API 3.0, which goes by names, can
// have probes there.
// Their names stand in for the codes.
var provincesWithoutCode = []province{
	{"北京", "北京", ""}, {"河北", "河北", ""}, {"山东", "山东", ""}, {"河南", "河南", ""}, {"湖北", "湖北", ""}, {"山西", "山西", ""},
	{"广西", "广西", ""}, {"云南", "云南", ""}, {"吉林", "吉林", ""}, {"甘肃", "甘肃", ""}, {"内蒙古", "内蒙古", ""}, {"新疆", "新疆", ""},
}

// countries holds API 3.0's names of places abroad and of Hong Kong.
var countries = []province{
	{"中国香港", "中国香港", ""}, {"新加坡", "新加坡", ""}, {"日本", "日本", ""}, {"德国", "德国", ""}, {"美国", "美国", ""},
}

// An isp has a code only if a source has one.
type isp struct{ code, name string }

var (
	mobile  = isp{"cmc", "移动"}
	telecom = isp{"ctc", "电信"}
	unicom  = isp{"cuc", "联通"}
	other   = isp{"", "其他"}
	tencent = isp{"", "腾讯云"}
)

// A site is a place and an ISP of probes. The API has no other information about a probe.
type site struct {
	province
	isp    isp
	probes int  // that measure independently of each other
	home   bool // on the mainland and not of a cloud: every task has probes there
}

// sites holds all sites in the order of the API.
var sites = func() []site {
	var all []site
	for i, p := range mainland {
		all = append(all,
			site{p, mobile, 3 - i/5, true}, site{p, telecom, 3 - i/5, true}, site{p, unicom, 2 - i/8, true})
		if i < 5 { // the most populous
			all = append(all, site{p, other, 1, true})
		}
	}
	for _, p := range cloud {
		all = append(all, site{p, tencent, 1, false})
	}
	for _, p := range abroad {
		all = append(all, site{p, other, 1, false})
	}
	return all
}()

// sites3 holds additional sites for tasks that only API 3.0 has.
var sites3 = func() []site {
	var all []site
	for _, p := range provincesWithoutCode {
		all = append(all, site{p, mobile, 1, false}, site{p, telecom, 1, false}, site{p, unicom, 1, false})
	}
	for _, p := range countries {
		all = append(all, site{p, other, 1, false})
	}
	return all
}()

// probesAt returns the number of t's probes at s. It is 1 for tasks of today, where each probe is paid for.
func (t task) probesAt(s *site) int {
	if t.scope == nationwide {
		return 1
	}
	return s.probes
}

// sites returns the sites with probes of t.
func (t task) sites() (from []*site) {
	if t.scope == paused {
		return nil
	}
	for i := range sites {
		if sites[i].home || t.scope == worldwide {
			from = append(from, &sites[i])
		}
	}
	for i := range sites3 {
		if t.scope == nationwide {
			from = append(from, &sites3[i])
		}
	}
	return from
}

package i18n

import (
	"strings"

	"catbot/catapi"
)

// ispGloss maps names of ISPs, as the API writes them, to English.
var ispGloss = map[string]string{
	"移动": "China Mobile", "中国移动": "China Mobile",
	"电信": "China Telecom", "中国电信": "China Telecom",
	"联通": "China Unicom", "中国联通": "China Unicom",
	"腾讯云": "Tencent Cloud", "其他": "other ISPs",
}

// placeGloss maps short Chinese names of the places of probes to English.
var placeGloss = map[string]string{
	"北京": "Beijing", "天津": "Tianjin", "上海": "Shanghai", "重庆": "Chongqing", "河北": "Hebei", "山西": "Shanxi",
	"辽宁": "Liaoning", "吉林": "Jilin", "黑龙江": "Heilongjiang", "江苏": "Jiangsu", "浙江": "Zhejiang", "安徽": "Anhui",
	"福建": "Fujian", "江西": "Jiangxi", "山东": "Shandong", "河南": "Henan", "湖北": "Hubei", "湖南": "Hunan",
	"广东": "Guangdong", "海南": "Hainan", "四川": "Sichuan", "贵州": "Guizhou", "云南": "Yunnan", "陕西": "Shaanxi",
	"甘肃": "Gansu", "青海": "Qinghai", "内蒙古": "Inner Mongolia", "广西": "Guangxi", "西藏": "Tibet", "宁夏": "Ningxia",
	"新疆": "Xinjiang", "台湾": "Taiwan", "香港": "Hong Kong", "澳门": "Macau",
	"曼谷": "Bangkok", "莫斯科": "Moscow", "孟买": "Mumbai", "新加坡": "Singapore", "东京": "Tokyo", "首尔": "Seoul",
	"法兰克福": "Frankfurt", "硅谷": "Silicon Valley", "弗吉尼亚": "Virginia",
}

// placeSuffixes are the endings of official Chinese names of places, longest first.
var placeSuffixes = []string{"维吾尔自治区", "特别行政区", "壮族自治区", "回族自治区", "自治区", "省", "市"}

// placeOf returns the English name of a place, or "" if it is unknown. The name of a node may end in brackets: 北京(一区).
func placeOf(name string) string {
	name, _, _ = strings.Cut(name, "(")
	name = strings.TrimPrefix(name, "中国")
	for _, suffix := range placeSuffixes {
		name = strings.TrimSuffix(name, suffix)
	}
	return placeGloss[name]
}

// kindGloss explains those codes of API 3.0 whose documented meaning depends on the kind of task
// (tencentcloud.com/document/product/248/65779 for networks, cloud.tencent.com/document/product/248/87295 for ports).
var kindGloss = map[catapi.Kind]map[int64]string{
	catapi.Network: {601: "host not found", 602: "too many hops", 603: "timeout", 605: "unreachable", 606: "CNAME error", 608: "local DNS error", 609: "name server error"},
	catapi.Port:    {600: "DNS lookup failed", 608: "TLS error", 609: "step timeout"},
}

// reasonGloss explains the return codes of API v2, after the vendor's table (故障返回码). Several codes share a meaning.
var reasonGloss = map[int64]string{
	-63: "check not finished",
	-38: "HTTP 301", -37: "HTTP 403", -36: "HTTP 302", -35: "HTTP 404", -34: "HTTP 503", -33: "HTTP 502", -32: "HTTP 501",
	-31: "internal error of the probe", -17: "ping timeout", -16: "response not as expected",
	-9: "system error of the probe", -8: "unknown error", -7: "connection cut", -6: "receive timeout", -5: "connect timeout",
	-4: "receive failed", -3: "send failed", -2: "connect failed", -1: "DNS lookup failed",
	0: "success",
	1: "TLS library error", 2: "TLS read unfinished", 3: "TLS write unfinished", 4: "TLS certificate error",
	5: "TLS system error", 6: "connection closed", 7: "TLS connect unfinished", 8: "TLS accept unfinished",
	101: "HTTP 101", 110: "connect failed", 111: "connection refused",
	301: "HTTP 301", 302: "HTTP 302", 400: "HTTP 400", 401: "HTTP 401, not authorised", 403: "HTTP 403", 404: "HTTP 404",
	406: "HTTP 406", 414: "HTTP 414", 416: "HTTP 416", 428: "HTTP 428", 429: "HTTP 429, too many requests",
	500: "HTTP 500", 501: "HTTP 501", 502: "HTTP 502, bad gateway", 503: "HTTP 503, unavailable",
	504: "HTTP 504, gateway timeout", 511: "HTTP 511",
	802:   "connection cut",
	10000: "DNS lookup failed", 10003: "ping gave no time", 10005: "unknown response", 10006: "response not as expected",
	10007: "script not opened", 10008: "script result not read",
	10009: "connect failed", 10010: "connect timeout", 10011: "send failed", 10012: "send timeout",
	10013: "receive failed", 10014: "receive timeout", 10015: "ping error", 10016: "ping timeout",
	10018: "traceroute error", 10019: "traceroute timeout", 10020: "private address, not probed",
	10021: "socket connect failed", 10022: "socket setup failed", 10023: "connect timeout", 10024: "connect failed",
	10031: "wrong protocol", 10032: "wrong user name", 10033: "wrong password", 10034: "TLS connect failed",
	20008: "unknown error", 20009: "system error of the probe", 20011: "no such probe",
}

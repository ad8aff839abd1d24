package i18n

// chineseReasons explains return codes, in the vendor's own words if it has some.
var chineseReasons = map[string]string{
	"check not finished": "验证尚未完成", "internal error of the probe": "内部错误", "ping timeout": "Ping 超时",
	"response not as expected": "返回结果与预期不符合", "system error of the probe": "系统错误", "unknown error": "其他未知错误",
	"connection cut": "连接被断开", "receive timeout": "接收消息超时", "connect timeout": "连接超时", "receive failed": "接收消息失败",
	"send failed": "发送消息失败", "connect failed": "连接失败", "DNS lookup failed": "DNS 解析失败", "success": "验证成功",
	"TLS library error": "SSL 库内操作失败", "TLS read unfinished": "SSL 读操作未完成", "TLS write unfinished": "SSL 写操作未完成",
	"TLS certificate error": "SSL 证书错误", "TLS system error": "SSL 系统错误", "connection closed": "连接正常关闭",
	"TLS connect unfinished": "SSL 连接未完成", "TLS accept unfinished": "SSL 接受未完成", "connection refused": "连接被拒绝",
	"ping gave no time": "Ping 未得到时间", "unknown response": "未知的返回", "script not opened": "脚本打不开", "script result not read": "读不到脚本结果",
	"send timeout": "发送消息超时", "ping error": "Ping 错误", "traceroute error": "路由跟踪错误", "traceroute timeout": "路由跟踪超时",
	"private address, not probed": "禁止内网 IP 拨测", "socket connect failed": "Socket 连接失败", "socket setup failed": "Socket 设置失败",
	"wrong protocol": "协议错误", "wrong user name": "用户名错误", "wrong password": "密码错误", "TLS connect failed": "SSL 连接失败",
	"no such probe": "拨测点不存在",
	"HTTP 301":      "HTTP 301", "HTTP 302": "HTTP 302", "HTTP 403": "HTTP 403", "HTTP 404": "HTTP 404", "HTTP 501": "HTTP 501", "HTTP 502": "HTTP 502",
	"HTTP 503": "HTTP 503", "HTTP 101": "HTTP 101", "HTTP 400": "HTTP 400", "HTTP 401, not authorised": "HTTP 401，未授权", "HTTP 406": "HTTP 406",
	"HTTP 414": "HTTP 414", "HTTP 416": "HTTP 416", "HTTP 428": "HTTP 428", "HTTP 429, too many requests": "HTTP 429，请求过多", "HTTP 500": "HTTP 500",
	"HTTP 502, bad gateway": "HTTP 502，网关错误", "HTTP 503, unavailable": "HTTP 503，服务不可用", "HTTP 504, gateway timeout": "HTTP 504，网关超时", "HTTP 511": "HTTP 511",
	"host not found": "找不到主机", "too many hops": "跳数过多", "timeout": "超时", "unreachable": "不可达", "CNAME error": "CNAME 错误",
	"local DNS error": "本地 DNS 错误", "name server error": "域名服务器错误", "TLS error": "SSL 错误", "step timeout": "步骤超时",
	"code %s": "返回码 %s", "%s (%s, %s)": "%s（%s，%s）",
}

package i18n

// chineseHints has the hints on reasons.
var chineseHints = map[string]string{
	"The name does not resolve: check the domain's records and name servers, and whether one ISP's resolvers differ.":                                                        "域名无法解析：检查解析记录和域名服务器，以及是否只有个别运营商的解析异常。",
	"Pings are lost or too slow: check the route and packet loss from that ISP; a firewall that drops ICMP looks the same.":                                                  "Ping 丢包或过慢：检查该运营商的链路和丢包；防火墙拦截 ICMP 时现象相同。",
	"No connection is made: check the port, the firewall, and whether the server accepts new connections.":                                                                   "无法建立连接：检查端口、防火墙，以及服务器是否还能接受新连接。",
	"Nothing listens there: check that the service runs on that port.":                                                                                                       "端口没有服务在监听：检查服务是否在该端口运行。",
	"Connections are cut: look for resets by a load balancer, a firewall or the ISP.":                                                                                        "连接被断开：检查负载均衡、防火墙或运营商是否重置了连接。",
	"The server is reached but does not answer in time: check its load and slow requests.":                                                                                   "能连上服务器，但响应超时：检查负载和慢请求。",
	"TLS fails: check the certificate chain, its dates, and the protocol versions offered.":                                                                                  "TLS 失败：检查证书链、有效期和支持的协议版本。",
	"The site redirects: check that the task fetches the final address.":                                                                                                     "站点发生跳转：检查任务是否使用最终地址。",
	"The site refuses the probe: check access rules, the WAF and rate limits.":                                                                                               "站点拒绝了拨测：检查访问规则、WAF 和限频。",
	"The site does not know that address: check the task's path.":                                                                                                            "站点没有这个地址：检查任务的路径。",
	"The site itself answers with an error: check its log, and for 502 and 504 the service behind the gateway.":                                                              "站点自身返回错误：查看站点日志；502 和 504 请检查网关后面的服务。",
	"The response is not what the task expects: check whether the page or the expected text has changed.":                                                                    "返回内容与任务的预期不符：检查页面或预期文本是否已变更。",
	"The name resolves to a private address there: check its DNS records.":                                                                                                   "域名在当地解析到内网地址：检查解析记录。",
	"It is mostly there that the name is not resolved: check what that network's resolvers answer, and what your DNS serves to it.":                                          "仅当地无法解析域名：检查该网络的本地 DNS 返回结果，以及权威 DNS 对该网络的解析。",
	"It fails mostly there, so the server and its firewall are not the likely cause: check the route and packet loss from there, and whether something blocks that network.": "问题只在局部，源站和防火墙故障的可能性小：检查当地到源站的链路和丢包，以及是否封禁了该网络。",
	"It fails mostly there: check which CDN node or address that network is sent to, and whether something on its way answers in the site's place.":                          "问题只在局部：检查该网络被调度到的 CDN 节点或地址，以及是否有劫持。",
	"The name is resolved nowhere: check the domain's records, its expiry and its name servers.":                                                                             "各地均无法解析域名：检查解析记录、域名是否过期，以及权威 DNS。",
	"Pings are lost or too slow from everywhere: check the site's uplink, and whether a firewall drops ICMP.":                                                                "各地 Ping 均丢包或过慢：检查源站出口，以及防火墙是否拦截 ICMP。",
	"The probe itself had a problem, which says little about the site: wait and see.":                                                                                        "拨测点自身异常，与站点关系不大：观察是否自行恢复。",
}

package catapi

import (
	"context"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// An Agent is a probe that this account may choose: a province and an ISP.
type Agent struct {
	Province     string // its code, as Query.Province takes it: "sichuan"
	ProvinceName string // "四川"; may be empty
	ISP          string // its code: "cmc"
	ISPName      string // as in Row.ISP: "移动"
}

// Agents returns the probes that this account may choose, in the order of the API (DescribeAgentList).
// Its errors are those of ReturnCodeHistory.
func (c *Client) Agents(ctx context.Context) ([]Agent, error) {
	return call2(ctx, c, "DescribeAgentList", nil, decodeAgents)
}

// An agentsAnswer is what DescribeAgentList answers, with or without data around its fields.
type agentsAnswer struct {
	envelope
	agentsFields
	Data agentsData `json:"data"`
}

type agentsFields struct {
	Agent  list[wireAgent] `json:"agent"`
	Agents list[wireAgent] `json:"agents"`
}

type wireAgent struct {
	Province     string `json:"province"`
	ProvinceName string `json:"provinceName"`
	ISP          string `json:"isp"`
	ISPName      string `json:"ispName"`
}

// decodeAgents reads an answer of DescribeAgentList. Its errors are those of decode.
func decodeAgents(body []byte) ([]Agent, error) {
	var answer agentsAnswer
	if err := decode(body, &answer, &answer.envelope); err != nil {
		return nil, err
	}
	var agents []Agent
	for _, agent := range append(answer.Data, answer.agents()...) {
		if agent.Province != "" { // an object of data that held no agent itself has none
			agents = append(agents, Agent(agent))
		}
	}
	return agents, nil
}

// agents returns the agents of f. It uses one spelling only, because the other would repeat the same agents.
func (f *agentsFields) agents() []wireAgent {
	if len(f.Agent) == 0 {
		return f.Agents
	}
	return f.Agent
}

// agentsData is data: an object or an array of them. In an array the agents may also stand alone.
type agentsData []wireAgent

func (d *agentsData) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	*d = nil
	return each(dec, func() error {
		var item struct {
			agentsFields
			wireAgent
		}
		if err := json.UnmarshalDecode(dec, &item); err != nil {
			return err
		}
		*d = append(append(*d, item.agents()...), item.wireAgent)
		return nil
	})
}

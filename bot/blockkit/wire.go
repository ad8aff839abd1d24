package blockkit

import "github.com/slack-go/slack"

// Wire returns blocks for encoding/json: it writes the same bytes for them, in half the time. slack-go's types for lists
// of elements encode themselves, and encoding/json checks and copies what they wrote, character by character.
func Wire(blocks []slack.Block) []any {
	all := make([]any, len(blocks))
	for i, block := range blocks {
		all[i] = wire(block)
	}
	return all
}

func wire(block slack.Block) any {
	switch b := block.(type) {
	case *slack.ActionBlock:
		return wireList[slack.BlockElement]{b.Type, b.BlockID, b.Elements.ElementSet}
	case *slack.ContextBlock:
		return wireList[slack.MixedElement]{b.Type, b.BlockID, b.ContextElements.Elements}
	}
	return block
}

// A wireList is a slack.ActionBlock or a slack.ContextBlock with a plain list of elements.
type wireList[E any] struct {
	Type     slack.MessageBlockType `json:"type"`
	BlockID  string                 `json:"block_id,omitempty"`
	Elements []E                    `json:"elements"`
}

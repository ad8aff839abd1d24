package commands

import (
	"regexp"
	"time"
)

// maxMute is the longest mute.
const maxMute = 7 * day

// placeWords mean the channel where a command is typed.
var placeWords = wordSet("here channel 这里 本频道 此频道 当前频道")

// untilWords stand before the end of a mute.
var untilWords = wordSet("until till to 到 至 直到")

var tomorrowWords = wordSet("tomorrow 明天 明日")

// readMute reads what follows mute or unmute: a digest's id or "here", and for mute its end.
func (p *parser) readMute(verb string) (Command, error) {
	w, ok := p.next()
	if !ok {
		return nil, p.fail(NoMuted, word{}, tryText("digest list"))
	}
	id := ""
	if p.advance(); !w.is(placeWords) {
		if w.key != "" || !digestID.MatchString(w.text) {
			return nil, p.fail(BadDigestID, w, tryText("digest list"))
		}
		id = w.text
	}
	if verb == "unmute" {
		return DigestUnmute{ID: id}, nil
	}
	if length, shaped := readLength(w.text); shaped && p.pos == len(p.words) { // "mute 2h": the end without the id
		return nil, p.fail(NoMuted, word{}, tryText(DigestMute{MuteEnd: MuteEnd{For: clampMute(length)}}.String()))
	}
	end, err := p.readMuteEnd(id)
	if err != nil {
		return nil, err
	}
	return DigestMute{ID: id, MuteEnd: end}, nil
}

func clampMute(length time.Duration) time.Duration { return min(max(length, time.Minute), maxMute) }

// readMuteEnd reads how long a mute of id lasts: 2h, for 2 hours, until 18:00, until tomorrow 09:00.
func (p *parser) readMuteEnd(id string) (MuteEnd, error) {
	p.splitMuteEnd()
	first := p.at(p.pos)
	try := func(end MuteEnd) func(*SyntaxError) {
		return tryText(DigestMute{ID: id, MuteEnd: end}.String())
	}
	if first.raw == "" {
		return MuteEnd{}, p.fail(NoMuteEnd, word{}, try(MuteEnd{For: 2 * time.Hour}))
	}
	if partWords[first.text] == "for" {
		p.advance()
	}
	if text := p.everyLength(); text != "" {
		length, shaped := readLength(text)
		switch {
		case !shaped || length <= 0:
			return MuteEnd{}, p.failSpan(BadMuteEnd, first, try(MuteEnd{For: 2 * time.Hour}))
		case length > maxMute:
			return MuteEnd{}, p.failSpan(MuteTooLong, first, func(e *SyntaxError) {
				e.Limit, e.Try = PrintLength(maxMute), DigestMute{id, MuteEnd{For: maxMute}}.String()
			})
		}
		return MuteEnd{For: length}, nil
	}
	p.skip(untilWords)
	var end MuteEnd
	if p.at(p.pos).is(tomorrowWords) {
		p.advance()
		end.Tomorrow = true
	}
	if partWords[p.at(p.pos).text] == "at" {
		p.advance()
	}
	clock, ok := p.clock()
	if !ok {
		offer := MuteEnd{For: 2 * time.Hour}
		if end.Tomorrow {
			offer = MuteEnd{Clock: nineOClock, Tomorrow: true}
		}
		if p.at(p.pos) == first {
			p.advance()
		}
		return MuteEnd{}, p.failSpan(BadMuteEnd, first, try(offer))
	}
	end.Clock = clock
	return end, nil
}

// muteEndPattern is the end of a mute in one word: 到明天09:00, 明天9:00.
var muteEndPattern = regexp.MustCompile(`^(直到|到|至)?(明天|明日)?(\d{1,2}:\d\d)?$`)

// splitMuteEnd takes the next word apart if it is the end of a mute.
func (p *parser) splitMuteEnd() {
	w := p.at(p.pos)
	parts := muteEndPattern.FindStringSubmatch(w.raw)
	if parts == nil {
		return
	}
	words, at := append([]word{}, p.words[:p.pos]...), w.at
	for _, piece := range parts[1:] {
		if piece == "" {
			continue
		}
		words = append(words, word{raw: piece, text: piece, plain: piece, at: at})
		at += len([]rune(piece))
	}
	p.words = append(words, p.words[min(p.pos+1, len(p.words)):]...)
}

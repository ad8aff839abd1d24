package commands

import (
	"regexp"
	"slices"
	"strconv"
)

// incidentDays is how long incidents are kept, in days.
const incidentDays = 90

// takeWords say that a person works on an incident.
var takeWords = wordSet("take 接手")

// incidentID is the form of the id of an incident: that of its digest and when it began.
var incidentID = regexp.MustCompile(`^[a-z0-9]{1,20}-[a-z0-9]{1,12}$`)

// readIncidents reads what follows the word incidents: tasks, a window and "here" in any order, or take and an id.
func (p *parser) readIncidents() (Command, error) {
	if p.at(p.pos).is(takeWords) {
		return p.readTake()
	}
	p.incidents, p.MaxWindow = &Incidents{}, incidentDays*day
	for {
		w, ok := p.next()
		if !ok {
			break
		}
		if err := p.readNext(w); err != nil {
			return nil, err
		}
	}
	if len(p.codes.Tasks) > MaxParts {
		return nil, p.fail(TooMany, p.words[len(p.words)-1], func(e *SyntaxError) { e.Limit = strconv.Itoa(MaxParts) })
	}
	return p.listed(), nil
}

// listed returns the list of incidents that was read so far, within its bounds.
func (p *parser) listed() Incidents {
	i := *p.incidents
	if i.Tasks = p.codes.Tasks[:min(len(p.codes.Tasks), MaxParts)]; len(i.Tasks) == 0 {
		i.Tasks = nil
	}
	if i.Window = p.codes.Window; !p.fits(i.Window) {
		i.Window = Window{}
	}
	return i
}

// readIncidentsWord reads the next word, w, of a list of incidents, and those that belong to it.
func (p *parser) readIncidentsWord(w word) error {
	switch {
	case w.is(placeWords):
		p.advance()
		p.incidents.Here = true
		return nil
	case slices.Contains(windowWords, w.keyword()), p.startsWindow(w):
		return p.readWindow()
	case p.isFiller(w):
		p.advance()
		return nil
	}
	id, ok := p.task(w)
	if !ok || w.key != "" {
		return p.fail(NotInIncidents, w, nil)
	}
	p.advance()
	p.codes.addTask(id)
	return nil
}

// readTake reads the id of the incident that a person works on.
func (p *parser) readTake() (Command, error) {
	p.advance()
	w, ok := p.next()
	if !ok || w.key != "" || !incidentID.MatchString(w.text) {
		return nil, p.fail(BadIncident, w, tryText("incidents"))
	}
	p.advance()
	return IncidentTake{ID: w.text}, nil
}

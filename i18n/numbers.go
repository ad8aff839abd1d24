package i18n

import "cmp"

// A number holds the other forms of a sentence that is written in the plural: for none, and for one.
type number struct {
	arg       int // the argument that is the number, from 1
	none, one string
}

// form returns the form of an English sentence for its number among args.
func (n number) form(english string, args []any) string {
	switch args[n.arg-1] {
	case 0, int64(0):
		return cmp.Or(n.none, english)
	case 1, int64(1):
		return n.one
	}
	return english
}

// numbers maps English sentences to their other forms. Chinese sentences have one form.
var numbers = map[string]number{
	"%d failures": {1, "no failures", "%d failure"},
	"%d digests":  {1, "", "%d digest"},
	"%d days":     {1, "", "%d day"},
	"%d probes in the window: too few for a percentage (%d at least). A longer window has more.": {
		1, "",
		"%d probe in the window: too few for a percentage (%d at least). A longer window has more.",
	},
	"%d incidents":                         {1, "", "%d incident"},
	"Meanwhile %d incidents, at worst: %s": {1, "", "Meanwhile %d incident, at worst: %s"},
	"%d tasks":                             {1, "", "%d task"},
	"%d aliases":                           {1, "", "%d alias"},
	"%d tasks for \"%s\"":                  {1, "", "%d task for \"%s\""},
	"%d digests: yours and those of your channels":                               {1, "", "%d digest of yours and of your channels"},
	"CAT does not answer: %d digests of this channel have had no data since %s.": {1, "", "CAT does not answer: %d digest of this channel has had none since %s."},
	"CAT answers again: %d digests of this channel had no data since %s.":        {1, "", "CAT answers again: %d digest of this channel had no answer since %s."},
	"All quiet: no failures in %d probes.":                                       {1, "", "All quiet: no failures in %d probe."},
	"%d ISPs":                                                                    {1, "", "%d ISP"},
	"%d provinces":                                                               {1, "", "%d province"},
	"%s of %d probes":                                                            {2, "", "%[1]s of %[2]d probe"},
	"and %d more ISPs with %s":                                                   {1, "", "and %d more ISP with %s"},
	"catbot tried %d times.":                                                     {1, "", "catbot tried %d time."},
	"and %d more notes":                                                          {1, "", "and %d more note"},
	"and %d more reasons":                                                        {1, "", "and %d more reason"},
	"%d runs missed while catbot could not post, until %s":                       {1, "", "%d run missed while catbot could not post, until %s"},
	"%d runs skipped: the machine slept or its clock was set forward, until %s": {1, "", "%d run skipped: the machine slept or its clock was set forward, until %s"},
}

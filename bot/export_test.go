package bot

// Messages that only the bot itself makes, for the golden files.
var (
	KeptMessage    = keptMessage
	OutageMessage  = outageMessage
	TasksMessage   = tasksMessage
	ListMessage    = listMessage
	ShowMessage    = showMessage
	DoneMessage    = doneMessage
	TroubleMessage = troubleMessage
)

// TakesAction reports whether the bot does anything when a control with that action_id is used.
func TakesAction(id string) bool { return readAction(id) != nil }

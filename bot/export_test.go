package bot

// Messages that only the bot itself makes, for the golden files.
var (
	KeptMessage    = keptMessage
	TasksMessage   = tasksMessage
	ListMessage    = listMessage
	ShowMessage    = showMessage
	DoneMessage    = doneMessage
	TroubleMessage = troubleMessage
)

package fakeslack

import (
	"slices"
)

// A method is one method of the Web API.
type method struct {
	token string // whose: "bot" or "app"
	scope string // that the bot token needs; empty for none
	run   func(*Workspace, args) (map[string]any, *refusal)
}

var methods = map[string]method{
	"apps.connections.open":        {token: "app", run: (*Workspace).openConnection},
	"auth.test":                    {token: "bot", run: (*Workspace).authTest},
	"chat.delete":                  {token: "bot", scope: "chat:write", run: (*Workspace).deleteMessage},
	"chat.postEphemeral":           {token: "bot", scope: "chat:write", run: (*Workspace).postEphemeral},
	"chat.postMessage":             {token: "bot", scope: "chat:write", run: (*Workspace).postMessage},
	"chat.update":                  {token: "bot", scope: "chat:write", run: (*Workspace).updateMessage},
	"conversations.history":        {token: "bot", run: (*Workspace).history},
	"conversations.info":           {token: "bot", run: (*Workspace).channelInfo},
	"conversations.members":        {token: "bot", run: (*Workspace).members},
	"conversations.open":           {token: "bot", scope: "im:write", run: (*Workspace).openConversation},
	"conversations.replies":        {token: "bot", run: (*Workspace).replies},
	"files.completeUploadExternal": {token: "bot", scope: "files:write", run: (*Workspace).completeUpload},
	"files.getUploadURLExternal":   {token: "bot", scope: "files:write", run: (*Workspace).beginUpload},
	"users.conversations":          {token: "bot", run: (*Workspace).sharedConversations},
	"users.info":                   {token: "bot", scope: "users:read", run: (*Workspace).userInfo},
	"views.open":                   {token: "bot", run: (*Workspace).openView},
	"views.publish":                {token: "bot", run: (*Workspace).publishView},
	"views.push":                   {token: "bot", run: (*Workspace).pushView},
	"views.update":                 {token: "bot", run: (*Workspace).updateView},
}

func (w *Workspace) hasScope(scope string) bool { return slices.Contains(w.opts.Scopes, scope) }

func (w *Workspace) openConnection(args) (map[string]any, *refusal) {
	return map[string]any{
		"url": "ws://" + w.host + linkPath + "?ticket=" + w.hub.ticket() + "&app_id=" + AppID,
	}, nil
}

// authTest tells whose the token is; enterprise_id is there for a workspace of an Enterprise Grid organisation alone.
func (w *Workspace) authTest(args) (map[string]any, *refusal) {
	me := map[string]any{
		"url": "http://" + w.host + "/", "team": teamName, "team_id": w.team(),
		"user": "catbot", "user_id": BotUserID, "bot_id": botID, "is_enterprise_install": w.opts.OrgInstall,
	}
	if w.opts.Enterprise != "" {
		me["enterprise_id"] = w.opts.Enterprise
	}
	return me, nil
}

func (w *Workspace) userInfo(a args) (map[string]any, *refusal) {
	u, ok := w.people.user(a["user"])
	if !ok {
		return nil, &refusal{name: "user_not_found"}
	}
	withLocale := a["include_locale"] == "true" || a["include_locale"] == "1"
	return map[string]any{"user": w.userWire(u, withLocale)}, nil
}

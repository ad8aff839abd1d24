// Slack's own clients, pointed at the simulated workspace: where they stumble, the simulation is wrong.
import { after, before, describe, test } from "node:test";
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import bolt from "@slack/bolt";
import { SocketModeClient } from "@slack/socket-mode";
import { WebClient } from "@slack/web-api";

const alice = "U0ALICE";
const ops = "C0OPS";
const say = (text) => [{ type: "section", text: { type: "mrkdwn", text } }];

// A Workspace is the simulation in its own process. Orders are answered in turn.
class Workspace {
  #process = spawn(process.env.PEERS_WORKSPACE, { stdio: ["pipe", "pipe", "inherit"] });
  #lines = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
  #turn = Promise.resolve();

  async start() {
    Object.assign(this, await this.#read());
    return this;
  }

  async #read() {
    const { value, done } = await this.#lines.next();
    if (done) throw new Error("the workspace ended");
    return JSON.parse(value);
  }

  do(what, order = {}) {
    const answer = this.#turn.then(async () => {
      this.#process.stdin.write(JSON.stringify({ do: what, ...order }) + "\n");
      const { error, value } = await this.#read();
      if (error) throw new Error(`${what}: ${error}`);
      return value;
    });
    this.#turn = answer.catch(() => {});
    return answer;
  }

  async stop() {
    this.#process.stdin.end();
    await new Promise((resolve) => this.#process.once("exit", resolve));
  }
}

// once waits for the next call of a handler.
function heard() {
  let resolve;
  const promise = new Promise((done) => { resolve = done; });
  return { promise, resolve };
}

describe("@slack/bolt", () => {
  let workspace;
  let app;
  const done = { press: heard(), pick: heard(), shortcut: heard(), submitted: heard(), home: heard() };

  before(async () => {
    workspace = await new Workspace().start();
    app = new bolt.App({
      token: workspace.botToken, appToken: workspace.appToken, socketMode: true, logLevel: "error",
      clientOptions: { slackApiUrl: workspace.apiURL },
    });
    app.command("/cat", async ({ ack, respond, command, client }) => {
      if (command.text === "in the ack") return ack("said in the ack");
      await ack();
      if (command.text === "modal") {
        return client.views.open({ trigger_id: command.trigger_id, view: form("A form") });
      }
      if (command.text === "public") return respond({ response_type: "in_channel", text: "for all", blocks: say("*for all*") });
      await respond({ text: "fetching" });
      await respond({ replace_original: true, text: "answer", blocks: [...say(`asked: ${command.text}`), {
        type: "actions", block_id: "row", elements: [
          { type: "button", action_id: "again", text: { type: "plain_text", text: "Again" }, value: "codes 1" },
          { type: "static_select", action_id: "window", placeholder: { type: "plain_text", text: "Window" }, options: [
            { text: { type: "plain_text", text: "1 h" }, value: "last 1h" }, { text: { type: "plain_text", text: "8 h" }, value: "last 8h" }] },
        ],
      }] });
    });
    app.action("again", async ({ ack, action, respond, body }) => {
      await ack();
      await respond({ replace_original: true, text: `pressed ${action.value}`, blocks: say(`pressed ${action.value}`) });
      done.press.resolve(body);
    });
    app.action("window", async ({ ack, action, respond }) => {
      await ack();
      done.pick.resolve(action.selected_option.value);
      await respond({ delete_original: true });
    });
    app.options("task", async ({ options, ack }) => ack({ options: [{ text: { type: "plain_text", text: `found ${options.value}` }, value: "126531" }] }));
    app.view("form", async ({ ack, view }) => {
      const values = view.state.values;
      if (values.name.name.value === "wrong") return ack({ response_action: "errors", errors: { name: "not that" } });
      await ack();
      done.submitted.resolve(values);
    });
    app.shortcut("ask", async ({ ack, shortcut, client }) => {
      await ack();
      await client.views.open({ trigger_id: shortcut.trigger_id, view: form("By shortcut") });
      done.shortcut.resolve(shortcut);
    });
    app.event("app_home_opened", async ({ event, client }) => {
      await client.views.publish({ user_id: event.user, view: { type: "home", blocks: [...say("at home"), { type: "actions", elements: [
        { type: "button", action_id: "home_button", text: { type: "plain_text", text: "Press" }, value: "x" }] }] } });
    });
    app.action("home_button", async ({ ack, body }) => {
      await ack();
      done.home.resolve(body);
    });
    await app.start();
  });

  after(async () => {
    await app.stop();
    await workspace.stop();
  });

  const form = (title) => ({
    type: "modal", callback_id: "form", title: { type: "plain_text", text: title }, submit: { type: "plain_text", text: "Send" }, private_metadata: "kept",
    blocks: [
      { type: "input", block_id: "name", label: { type: "plain_text", text: "Name" }, element: { type: "plain_text_input", action_id: "name" } },
      { type: "input", block_id: "task", label: { type: "plain_text", text: "Task" }, optional: true, element: { type: "external_select", action_id: "task", min_query_length: 0 } },
    ],
  });

  test("knows who it is", async () => {
    const who = await app.client.auth.test();
    assert.equal(who.user_id, "U0CATBOT");
    assert.equal((await app.client.users.info({ user: "U0WEI", include_locale: true })).user.locale, "zh-CN");
    assert.equal((await app.client.conversations.info({ channel: ops })).channel.name, "ops");
    assert.ok((await app.client.conversations.members({ channel: ops })).members.includes(alice));
    const channels = await app.client.users.conversations({ user: alice, types: "public_channel" });
    assert.ok(channels.channels.some((c) => c.id === ops));
  });

  test("acks a command, answers by response_url, and puts the answer in place of a placeholder", async () => {
    await workspace.do("slash", { user: alice, channel: ops, text: "codes 1" });
    const placeholder = await workspace.do("message", { text: "fetching", user: alice });
    const answer = await workspace.do("message", { text: "asked: codes 1", user: alice });
    assert.equal(answer.TS, placeholder.TS);
    assert.equal(await workspace.do("slash", { user: alice, channel: ops, text: "in the ack" }).then(() => "acked"), "acked");
    await workspace.do("message", { text: "said in the ack", user: alice });
    await workspace.do("slash", { user: alice, channel: ops, text: "public" });
    assert.equal((await workspace.do("message", { text: "*for all*" })).To, "");
  });

  test("hears controls, replaces and deletes their message", async () => {
    await workspace.do("slash", { user: alice, channel: ops, text: "codes 2" });
    const answer = await workspace.do("message", { text: "asked: codes 2" });
    const at = { user: alice, channel: answer.Channel, ts: answer.TS };
    await workspace.do("press", { ...at, action: "again" });
    assert.equal((await done.press.promise).container.is_ephemeral, true);
    assert.equal((await workspace.do("message", { text: "pressed codes 1" })).TS, answer.TS);
    await workspace.do("slash", { user: alice, channel: ops, text: "codes 3" });
    const other = await workspace.do("message", { text: "asked: codes 3" });
    await workspace.do("press", { user: alice, channel: other.Channel, ts: other.TS, action: "window", choice: "last 8h" });
    assert.equal(await done.pick.promise, "last 8h");
    await workspace.do("deleted", { ts: other.TS });
  });

  test("opens a form, suggests, refuses a field, and takes it", async () => {
    await workspace.do("slash", { user: alice, channel: ops, text: "modal" });
    await workspace.do("modal", { user: alice, text: "A form" });
    assert.deepEqual(await workspace.do("suggest", { user: alice, action: "task", text: "shop" }), [{ Text: "found shop", Value: "126531" }]);
    await workspace.do("fill", { user: alice, action: "task", choice: "126531" });
    await workspace.do("fill", { user: alice, action: "name", choice: "wrong" });
    await workspace.do("submit", { user: alice });
    assert.deepEqual(await workspace.do("errors", { user: alice }), { name: "not that" });
    await workspace.do("fill", { user: alice, action: "name", choice: "right" });
    await workspace.do("submit", { user: alice });
    await workspace.do("no modal", { user: alice });
    assert.equal((await done.submitted.promise).task.task.selected_option.value, "126531");
  });

  test("hears a shortcut, and draws the Home tab", async () => {
    await workspace.do("shortcut", { user: alice, action: "ask" });
    await workspace.do("modal", { user: alice, text: "By shortcut" });
    assert.equal((await done.shortcut.promise).user.id, alice);
    await workspace.do("close", { user: alice });
    await workspace.do("open home", { user: alice });
    await workspace.do("home", { user: alice, text: "at home" });
    await workspace.do("press home", { user: alice, action: "home_button" });
    assert.equal((await done.home.promise).view.type, "home");
  });

  test("posts, updates, uploads", async () => {
    const posted = await app.client.chat.postMessage({ channel: ops, text: "posted", blocks: say("posted"), metadata: { event_type: "mark", event_payload: { slot: "1" } } });
    await app.client.chat.update({ channel: ops, ts: posted.ts, text: "updated", blocks: say("updated") });
    assert.equal((await workspace.do("message", { text: "updated" })).TS, posted.ts);
    const history = await app.client.conversations.history({ channel: ops, include_all_metadata: true, limit: 5 });
    assert.equal(history.messages.find((m) => m.ts === posted.ts).metadata.event_payload.slot, "1");
    await app.client.chat.postEphemeral({ channel: ops, user: alice, text: "psst" });
    await workspace.do("message", { text: "psst", user: alice });
    const direct = await app.client.conversations.open({ users: alice });
    await app.client.files.uploadV2({ channel_id: direct.channel.id, filename: "rows.csv", content: "a,b\n1,2\n", title: "Rows" });
    const [file] = await workspace.do("files");
    assert.equal(Buffer.from(file.Content, "base64").toString(), "a,b\n1,2\n");
  });

  test("is refused as Slack refuses", async () => {
    const error = (call) => call.then(() => assert.fail("it was taken"), (refusal) => refusal.data?.error);
    assert.equal(await error(app.client.chat.postMessage({ channel: "C0NOWHERE", text: "x" })), "channel_not_found");
    assert.equal(await error(app.client.chat.postMessage({ channel: ops, text: "x", blocks: [{ type: "section" }] })), "invalid_blocks");
    assert.equal(await error(app.client.views.open({ trigger_id: "1.2", view: form("Late") })), "invalid_trigger_id");
    assert.equal(await error(new WebClient("xoxb-wrong", { slackApiUrl: workspace.apiURL }).auth.test()), "invalid_auth");
  });

  test("waits as long as a 429 says", async () => {
    const before = await workspace.do("calls", { method: "chat.postMessage" });
    await workspace.do("fail", { method: "chat.postMessage", count: 1, seconds: 1 });
    await app.client.chat.postMessage({ channel: ops, text: "after the wait" });
    assert.equal(await workspace.do("calls", { method: "chat.postMessage" }), before + 2);
  });

  test("comes back when Slack asks it to", async () => {
    await workspace.do("disconnect", { text: "refresh_requested" });
    await workspace.do("connects", { count: 2 });
    await workspace.do("slash", { user: alice, channel: ops, text: "codes 4" });
    await workspace.do("message", { text: "asked: codes 4" });
  });
});

test("@slack/socket-mode connects, receives and acks", async () => {
  const workspace = await new Workspace().start();
  const client = new SocketModeClient({ appToken: workspace.appToken, clientOptions: { slackApiUrl: workspace.apiURL }, logLevel: "error" });
  client.on("slash_commands", async ({ body, ack }) => ack({ response_type: "ephemeral", text: `heard ${body.command} ${body.text}` }));
  client.on("interactive", async ({ body, ack }) => {
    await ack();
    assert.equal(body.callback_id, "ask");
  });
  await client.start();
  await workspace.do("slash", { user: alice, channel: ops, text: "codes 1" });
  await workspace.do("message", { text: "heard /cat codes 1", user: alice });
  await workspace.do("shortcut", { user: alice, action: "ask" });
  await client.disconnect();
  await workspace.stop();
});

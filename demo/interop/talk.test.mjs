// What people write to the app: mentions, direct messages, and the shortcut in a message's menu.

import { SocketModeClient } from '@slack/socket-mode';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { section, startApp } from './bolt.mjs';
import { alice, first, openStage, ops, quietLog } from './stage.mjs';

const mention = '<@U0CATBOT>';

let bolt;
before(async () => { bolt = await startApp(); });
after(() => bolt.close());

const talk = (channel, text, more = {}) => bolt.act('talk', { user: alice, channel, text, ...more });
const direct = async () => (await bolt.client.conversations.open({ users: alice })).channel.id;

test('a mention in a channel is an event, and say answers it in its thread', async () => {
  const got = first();
  bolt.app.event('app_mention', async ({ event, say, context }) => {
    await say({ text: `to ${event.text}`, thread_ts: event.thread_ts ?? event.ts });
    got.arrived({ event, context });
  });
  const { ts, of } = await talk(ops, `${mention} codes 126531`);
  const { event, context } = await got;
  assert.deepEqual([event.type, event.user, event.channel, event.ts, event.thread_ts], ['app_mention', alice, ops, ts, undefined]);
  assert.equal(context.botUserId, 'U0CATBOT');
  assert.equal(context.retryNum ?? 0, 0);
  assert.equal((await bolt.act('ack', { of })).failure, '');
  assert.equal((await bolt.act('message', { text: 'to ' })).ThreadTS, ts);

  await talk(ops, `${mention} trend`, { thread: ts });
  const { messages } = await bolt.client.conversations.replies({ channel: ops, ts });
  assert.deepEqual(messages.slice(0, 3).map((m) => m.thread_ts), [ts, ts, ts]);
});

test('what does not name the app, and what an app says, is no mention', async () => {
  assert.equal((await talk(ops, 'codes 126531')).of, null);
  let heard = 0;
  bolt.app.event('app_mention', async () => { heard++; });
  await bolt.client.chat.postMessage({ channel: ops, text: `${mention} codes 126531` });
  await bolt.act('message', { text: 'codes 126531' });
  assert.equal(heard, 0);
});

test('a direct message is an event of its own, and so is its edit', async () => {
  const [said, changed] = [first(), first()];
  bolt.app.message('126531', async ({ message, say }) => {
    if (message.subtype) return;
    await say('at once');
    said.arrived(message);
  });
  bolt.app.event('message', async ({ event }) => { if (event.subtype === 'message_changed') changed.arrived(event); });
  const channel = await direct();
  const { ts } = await talk(channel, '126531 last 8h');
  const message = await said;
  assert.deepEqual([message.channel_type, message.channel, message.user, message.text, message.ts], ['im', channel, alice, '126531 last 8h', ts]);
  assert.equal((await bolt.act('message', { channel, text: 'at once' })).ThreadTS, '');

  await bolt.act('edit', { user: alice, channel, ts, text: '126531 last 24h' });
  const edit = await changed;
  assert.deepEqual([edit.message.text, edit.previous_message.text, edit.message.ts], ['126531 last 24h', '126531 last 8h', ts]);
  assert.equal(edit.message.edited.user, alice);
});

test('a placeholder is edited into the answer, or deleted', async () => {
  const channel = await direct();
  const placeholder = await bolt.client.chat.postMessage({ channel, text: 'fetching …' });
  await bolt.client.chat.update({ channel, ts: placeholder.ts, text: '982 failures', blocks: [section('*982* failures')] });
  const other = await bolt.client.chat.postMessage({ channel, text: 'fetching the other …' });
  assert.deepEqual([(await bolt.client.chat.delete({ channel, ts: other.ts })).ts], [other.ts]);
  const seen = (await bolt.act('sees', { user: alice, channel })).map((m) => m.Text);
  assert.ok(seen.includes('982 failures') && !seen.some((text) => text.startsWith('fetching')), seen.join());
});

test('only what the app wrote can it delete', async () => {
  const refused = (name) => (error) => error.code === 'slack_webapi_platform_error' && error.data.error === name;
  const { ts } = await talk(ops, 'mine');
  await assert.rejects(bolt.client.chat.delete({ channel: ops, ts }), refused('cant_delete_message'));
  await assert.rejects(bolt.client.chat.delete({ channel: ops, ts: '1.000000' }), refused('message_not_found'));
});

test('the shortcut of a message has the message, and a trigger for a form', async () => {
  const used = first();
  bolt.app.shortcut({ callback_id: 'look', type: 'message_action' }, async ({ ack, shortcut, client, respond }) => {
    await ack();
    await client.views.open({ trigger_id: shortcut.trigger_id, view: { type: 'modal', title: { type: 'plain_text', text: 'Look' }, blocks: [section(shortcut.message.text)] } });
    await respond('done');
    used.arrived(shortcut);
  });
  const { ts } = await talk(ops, 'ALERT www.example.com is slow');
  const of = await bolt.act('message shortcut', { user: alice, channel: ops, ts, action: 'look' });
  const shortcut = await used;
  assert.deepEqual([shortcut.channel.id, shortcut.message_ts, shortcut.message.text, shortcut.message.user], [ops, ts, 'ALERT www.example.com is slow', alice]);
  assert.equal((await bolt.act('modal', { user: alice, text: 'ALERT' })).Title, 'Look');
  assert.equal((await bolt.act('message', { of, text: 'done' })).To, alice);
});

test('an event that is delivered again says so to the bare client', async () => {
  const stage = await openStage();
  const log = quietLog();
  const client = new SocketModeClient({ appToken: stage.app, logger: log, clientOptions: { slackApiUrl: stage.api } });
  await client.start();
  const deliver = async (act) => {
    const arrived = once(client, 'app_mention');
    const result = await act();
    const [{ ack, ...envelope }] = await arrived;
    await ack();
    return { result, envelope };
  };
  const sent = await deliver(() => stage.act('talk', { user: alice, channel: ops, text: `${mention} help` }));
  const again = await deliver(() => stage.act('redeliver', { of: sent.result.of }));
  assert.equal(again.envelope.retry_num, 1);
  assert.equal(again.envelope.retry_reason, 'timeout');
  assert.equal(again.envelope.body.event_id, sent.envelope.body.event_id);
  assert.deepEqual(again.envelope.event, sent.envelope.event);
  await client.disconnect();
  await stage.close();
  assert.deepEqual(log.said, []);
});

test('no listener failed and the clients had nothing to warn of', () => {
  assert.deepEqual(bolt.failures, []);
  assert.deepEqual(bolt.log.said, []);
});

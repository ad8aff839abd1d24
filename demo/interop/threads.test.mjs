// Threads through Bolt's client: replies, what of them a channel sees, edits, and what is left when a message is deleted.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startApp } from './bolt.mjs';
import { alice, ops } from './stage.mjs';

let bolt;
before(async () => { bolt = await startApp(); });
after(() => bolt.close());

const mark = (n) => ({ event_type: 'interop', event_payload: { n } });
const post = async (text, more = {}) => (await bolt.client.chat.postMessage({ channel: ops, text, metadata: mark(text), ...more })).ts;
const history = async () => (await bolt.client.conversations.history({ channel: ops, include_all_metadata: true })).messages;
const refused = (name) => (error) => error.code === 'slack_webapi_platform_error' && error.data.error === name;

async function thread(ts, more = {}) {
  const all = [];
  for await (const page of bolt.client.paginate('conversations.replies', { channel: ops, ts, include_all_metadata: true, ...more })) all.push(...page.messages);
  return all;
}

test('a reply is in the thread, and in the channel only where it is broadcast', async () => {
  const root = await post('root');
  await post('silent', { thread_ts: root });
  const loud = await post('loud', { thread_ts: root, reply_broadcast: true });
  const [broadcast, first] = await history();
  assert.equal(broadcast.subtype, 'thread_broadcast');
  assert.equal(broadcast.ts, loud);
  assert.equal(broadcast.thread_ts, root);
  assert.equal(broadcast.root.text, 'root');
  assert.deepEqual(broadcast.metadata, mark('loud'));
  assert.deepEqual([first.text, first.thread_ts, first.reply_count, first.latest_reply], ['root', root, 2, loud]);
});

test('a thread comes in pages, its first message once', async () => {
  const root = await post('many');
  for (let n = 0; n < 5; n++) await post(`reply ${n}`, { thread_ts: root });
  const all = await thread(root, { limit: 2 });
  assert.deepEqual(all.map((m) => m.text), ['many', 'reply 0', 'reply 1', 'reply 2', 'reply 3', 'reply 4']);
  assert.deepEqual(all.map((m) => m.metadata.event_payload.n), all.map((m) => m.text));
  const plain = await bolt.client.conversations.replies({ channel: ops, ts: root });
  assert.ok(plain.messages.every((m) => !m.metadata));
});

test('an edit keeps the metadata, replaces them, or takes them away', async () => {
  const ts = await post('one');
  const edited = async (more) => {
    await bolt.client.chat.update({ channel: ops, ts, text: 'two', ...more });
    return (await history())[0].metadata;
  };
  assert.deepEqual(await edited(), mark('one'));
  assert.deepEqual(await edited({ metadata: mark('told') }), mark('told'));
  assert.equal(await edited({ metadata: {} }), undefined);
});

test('an edit that is refused is the error that the client has for it', async () => {
  const ts = await post('fixed');
  const edit = (more) => bolt.client.chat.update({ channel: ops, ts, text: 'x', ...more });
  await assert.rejects(edit({ ts: '1.000000' }), refused('message_not_found'));
  for (const reason of ['edit_window_closed', 'cant_update_message']) {
    await bolt.act('refuse', { method: 'chat.update', count: 1, reason });
    await assert.rejects(edit(), refused(reason));
  }
  await edit();
});

test('a deleted message leaves a tombstone where it has replies, and nothing else', async () => {
  const [root, bare] = [await post('root'), await post('bare')];
  await post('reply', { thread_ts: root });
  for (const ts of [root, bare]) await bolt.act('delete', { user: alice, channel: ops, ts });
  assert.deepEqual((await thread(root)).map((m) => m.subtype ?? m.text), ['tombstone', 'reply']);
  await assert.rejects(thread(bare), refused('thread_not_found'));
  await assert.rejects(bolt.client.chat.update({ channel: ops, ts: root, text: 'x' }), refused('message_not_found'));
  const { message } = await bolt.client.chat.postMessage({ channel: ops, text: 'too late', thread_ts: bare });
  assert.equal(message.thread_ts, undefined); // Slack posts it in the channel
  await bolt.act('refuse', { method: 'chat.postMessage', count: 1, reason: 'thread_not_found' });
  await assert.rejects(post('not at all', { thread_ts: bare }), refused('thread_not_found'));
});

test('no listener failed and the clients had nothing to warn of', () => {
  assert.deepEqual(bolt.failures, []);
  assert.deepEqual(bolt.log.said, []);
});

// Bolt's commands, response_urls, messages and what people do to them.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { button, option, plain, section, startApp } from './bolt.mjs';
import { alice, first, ops, wei } from './stage.mjs';

let bolt;
before(async () => { bolt = await startApp(); });
after(() => bolt.close());

const slash = (command, text = '') => bolt.act('slash', { user: alice, channel: ops, command, text });

test('Bolt connects, says hello and knows who it is', async () => {
  assert.equal(await bolt.act('sockets', { count: 1 }), 1);
  const me = await bolt.client.auth.test();
  assert.equal(me.ok, true);
  assert.equal(me.user_id, 'U0CATBOT');
  assert.equal(me.bot_id, 'B0CATBOT');
  assert.equal(me.team_id, 'T0WORKSPACE');
  assert.ok(me.response_metadata.scopes.includes('chat:write'));
});

test('a command is acked without a word', async () => {
  const got = first();
  bolt.app.command('/quiet', async ({ ack, command }) => { await ack(); got.arrived(command); });
  const of = await slash('/quiet', 'codes 126531 最近8小时');
  assert.equal((await bolt.act('ack', { of })).failure, '');
  const command = await got;
  assert.equal(command.text, 'codes 126531 最近8小时');
  assert.equal(command.user_id, alice);
  assert.equal(command.user_name, 'alice');
  assert.equal(command.channel_id, ops);
  assert.equal(command.channel_name, 'ops');
  assert.ok(command.trigger_id);
  assert.deepEqual((await bolt.act('sees', { user: alice, channel: ops })).map((m) => m.Text), []);
});

test('a command is acked with a text, or with blocks, for the one who typed', async () => {
  bolt.app.command('/text', async ({ ack }) => ack('one moment'));
  bolt.app.command('/blocks', async ({ ack }) => ack({ text: 'in blocks', blocks: [section('*in blocks*')] }));
  const said = await bolt.act('message', { of: await slash('/text') });
  assert.equal(said.Text, 'one moment');
  assert.equal(said.To, alice);
  const drawn = await bolt.act('message', { of: await slash('/blocks') });
  assert.equal(drawn.Blocks[0].text.text, '*in blocks*');
  assert.deepEqual(await bolt.act('sees', { user: wei, channel: ops }), []);
});

test('respond answers, replaces, deletes, and speaks to all', async () => {
  bolt.app.command('/respond', async ({ ack, command, respond }) => {
    await ack();
    const what = {
      ephemeral: { text: 'fetching …' },
      replace: { text: 'the answer', replace_original: true },
      delete: { delete_original: true },
      public: { text: 'for all', response_type: 'in_channel' },
    };
    for (const word of command.text.split(' ')) await respond(what[word]);
  });
  const of = await slash('/respond', 'ephemeral replace');
  const answer = await bolt.act('message', { of, text: 'the answer' });
  assert.equal(answer.To, alice);
  assert.deepEqual(answer.Versions.map((v) => v.Text), ['fetching …']);

  const shared = await bolt.act('message', { of: await slash('/respond', 'ephemeral delete public'), text: 'for all' });
  assert.equal(shared.To, '');
  const seen = (await bolt.act('sees', { user: alice, channel: ops })).map((m) => m.Text);
  assert.ok(seen.includes('for all') && !seen.includes('fetching …'), seen.join());
});

test('a sixth use of a response_url fails as Bolt knows it', async () => {
  const failed = first();
  bolt.app.command('/six', async ({ ack, respond }) => {
    await ack();
    for (let n = 1; n <= 5; n++) await respond(`number ${n}`);
    await respond('number 6').catch(failed.arrived);
  });
  await slash('/six');
  assert.equal((await failed).code, 'slack_bolt_respond_error');
});

test('messages are posted, shown to one person, and changed', async () => {
  const posted = await bolt.client.chat.postMessage({ channel: ops, text: '982 failures', blocks: [section('*982* failures')], metadata: { event_type: 'digest', event_payload: { slot: 'x' } } });
  assert.equal(posted.channel, ops);
  assert.equal(posted.message.text, '982 failures');
  assert.equal(posted.message.blocks[0].type, 'section');
  const changed = await bolt.client.chat.update({ channel: ops, ts: posted.ts, text: '983 failures', blocks: [section('*983* failures')] });
  assert.equal(changed.ts, posted.ts);
  const whispered = await bolt.client.chat.postEphemeral({ channel: ops, user: wei, text: 'only you', blocks: [section('only you')] });
  assert.match(whispered.message_ts, /^\d+\.\d{6}$/);
  const reply = await bolt.client.chat.postMessage({ channel: ops, text: 'more', thread_ts: posted.ts });
  assert.equal(reply.message.thread_ts, posted.ts);

  assert.equal((await bolt.act('message', { text: '983' })).Blocks[0].text.text, '*983* failures');
  assert.ok((await bolt.act('sees', { user: wei, channel: ops })).some((m) => m.Text === 'only you'));
  assert.ok(!(await bolt.act('sees', { user: alice, channel: ops })).some((m) => m.Text === 'only you'));
  const history = await bolt.client.conversations.history({ channel: ops, include_all_metadata: true });
  assert.deepEqual(history.messages.find((m) => m.ts === posted.ts).metadata, { event_type: 'digest', event_payload: { slot: 'x' } });
});

test('a button is pressed and its message replaced', async () => {
  const pressed = first();
  bolt.app.action('widen', async ({ ack, body, respond }) => {
    await ack();
    await respond({ replace_original: true, text: 'the last 24 hours', blocks: [section('the last 24 hours')] });
    pressed.arrived(body);
  });
  const { ts } = await bolt.client.chat.postMessage({ channel: ops, text: 'the last 8 hours', blocks: [section('the last 8 hours'), { type: 'actions', block_id: 'controls', elements: [button('widen', '24 h')] }] });
  const of = await bolt.act('press', { user: wei, channel: ops, ts, action: 'widen' });
  const body = await pressed;
  assert.equal(body.type, 'block_actions');
  assert.equal(body.user.id, wei);
  assert.equal(body.container.message_ts, ts);
  assert.equal(body.message.text, 'the last 8 hours');
  assert.equal(body.actions[0].value, 'widen');
  assert.equal(body.actions[0].block_id, 'controls');
  assert.equal((await bolt.act('ack', { of })).failure, '');
  assert.equal((await bolt.act('message', { channel: ops, text: '24 hours' })).TS, ts);
});

test('an option is picked from a menu', async () => {
  const picked = first();
  bolt.app.action({ action_id: 'window', block_id: 'menu' }, async ({ ack, action, body }) => { await ack(); picked.arrived({ action, body }); });
  const menu = { type: 'static_select', action_id: 'window', placeholder: plain('window'), options: [option('8 h', '8h'), option('24 h', '24h')] };
  const { ts } = await bolt.client.chat.postMessage({ channel: ops, text: 'pick', blocks: [section('pick', { block_id: 'menu', accessory: menu })] });
  await bolt.act('press', { user: alice, channel: ops, ts, action: 'window', choice: '24h' });
  const { action, body } = await picked;
  assert.equal(action.type, 'static_select');
  assert.equal(action.selected_option.value, '24h');
  assert.equal(body.state.values.menu.window.selected_option.text.text, '24 h');
});

test('no listener failed and the clients had nothing to warn of', () => {
  assert.deepEqual(bolt.failures, []);
  assert.deepEqual(bolt.log.said, []);
});

// The bare Socket Mode client, without Bolt around it.

import { SocketModeClient } from '@slack/socket-mode';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { alice, openStage, ops, quietLog } from './stage.mjs';

let stage;
let client;
const log = quietLog();
before(async () => {
  stage = await openStage();
  client = new SocketModeClient({ appToken: stage.app, logger: log, clientOptions: { slackApiUrl: stage.api } });
  await client.start();
});
after(async () => {
  await client.disconnect();
  await stage.close();
});

test('commands come in an envelope and are acked with a payload', async () => {
  const arrived = once(client, 'slash_commands');
  const of = await stage.act('slash', { user: alice, channel: ops, command: '/cat', text: 'help' });
  const [{ ack, body, envelope_id, accepts_response_payload }] = await arrived;
  assert.equal(envelope_id, of);
  assert.equal(accepts_response_payload, true);
  assert.equal(body.command, '/cat');
  assert.equal(body.text, 'help');
  await ack({ text: 'here is help' });
  assert.deepEqual((await stage.act('ack', { of })).payload, { text: 'here is help' });
  assert.equal((await stage.act('message', { of })).Text, 'here is help');
});

test('interactions come and are acked without one', async () => {
  const arrived = once(client, 'interactive');
  const of = await stage.act('shortcut', { user: alice, action: 'new_digest' });
  const [{ ack, body, accepts_response_payload }] = await arrived;
  assert.equal(body.type, 'shortcut');
  assert.equal(body.callback_id, 'new_digest');
  assert.equal(accepts_response_payload, false);
  await ack();
  assert.deepEqual(await stage.act('ack', { of }), { payload: {}, failure: '' });
});

test('events come by their own names', async () => {
  const arrived = once(client, 'app_home_opened');
  const of = await stage.act('event', { event: { type: 'app_home_opened', user: alice, channel: 'D0ALICE', tab: 'home' } });
  const [{ ack, event }] = await arrived;
  assert.equal(event.user, alice);
  await ack();
  assert.equal((await stage.act('ack', { of })).failure, '');
});

test('a token of nobody ends the start with the error that the client has for it', async () => {
  const stranger = new SocketModeClient({ appToken: 'xapp-of-nobody', logger: quietLog(), clientOptions: { slackApiUrl: stage.api } });
  await assert.rejects(stranger.start(), (error) => error.code === 'slack_webapi_platform_error' && error.data.error === 'invalid_auth');
});

test('the client had nothing to warn of', () => assert.deepEqual(log.said, []));

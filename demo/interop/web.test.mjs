// The rest of the Web API through Bolt's client: people, channels, files, and what it makes of refusals.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { section, startApp } from './bolt.mjs';
import { alice, ops, wei } from './stage.mjs';

let bolt;
before(async () => { bolt = await startApp(); });
after(() => bolt.close());

test('people have a zone and, when asked for, a language', async () => {
  const { user } = await bolt.client.users.info({ user: wei, include_locale: true });
  assert.equal(user.tz, 'Asia/Shanghai');
  assert.equal(user.tz_offset, 8 * 3600);
  assert.equal(user.locale, 'zh-CN');
  assert.equal((await bolt.client.users.info({ user: wei })).user.locale, undefined);
});

test('channels are told of, and who is in them', async () => {
  const { channel } = await bolt.client.conversations.info({ channel: ops });
  assert.equal(channel.name, 'ops');
  assert.equal(channel.is_member, true);
  const everybody = [];
  for await (const page of bolt.client.paginate('conversations.members', { channel: ops, limit: 2 })) everybody.push(...page.members);
  assert.ok(everybody.includes(alice) && everybody.includes('U0CATBOT'), everybody.join());
  assert.equal(new Set(everybody).size, everybody.length);
});

test('the channels of a person are those that the bot may know of', async () => {
  const { channels } = await bolt.client.users.conversations({ user: alice, types: 'public_channel,private_channel', exclude_archived: true });
  const names = channels.map((c) => c.name);
  assert.ok(names.includes('ops') && !names.includes('war-room'), names.join());
});

test('a direct conversation is opened and written to', async () => {
  const { channel } = await bolt.client.conversations.open({ users: alice });
  await bolt.client.chat.postMessage({ channel: channel.id, text: 'between us' });
  assert.deepEqual((await bolt.act('sees', { user: alice, channel: channel.id })).map((m) => m.Text), ['between us']);
});

test('files are uploaded and shared', async () => {
  const { files } = await bolt.client.files.uploadV2({
    channel_id: ops, initial_comment: 'the rows', file_uploads: [
      { filename: 'codes.csv', title: 'Codes', content: 'isp,failures\n移动,982\n' },
      { filename: 'raw.bin', file: Buffer.from([0, 1, 2, 255]) },
    ],
  });
  assert.equal(files.length, 1); // one completion for what is shared in one message
  assert.deepEqual(files[0].files.map((f) => f.title), ['Codes', 'raw.bin']);
  const stored = new Map((await bolt.act('files')).map((f) => [f.ID, Buffer.from(f.Content, 'base64')])); // in any order: the client begins both at once
  const [codes, raw] = files[0].files.map((f) => stored.get(f.id));
  assert.equal(codes.toString(), 'isp,failures\n移动,982\n');
  assert.deepEqual(raw, Buffer.from([0, 1, 2, 255]));
  const shared = await bolt.act('message', { channel: ops, text: 'the rows' });
  assert.deepEqual(shared.Files, files[0].files.map((f) => f.id));
});

test('no listener failed and the clients had nothing to warn of', () => {
  assert.deepEqual(bolt.failures, []);
  assert.deepEqual(bolt.log.said, []);
});

test('a refusal is the error that the client has for it', async () => {
  const refused = (name) => (error) => error.code === 'slack_webapi_platform_error' && error.data.error === name;
  const post = (message) => bolt.client.chat.postMessage({ channel: ops, text: 'x', ...message });
  await assert.rejects(post({ channel: 'C0NOWHERE' }), refused('channel_not_found'));
  await assert.rejects(post({ channel: 'C0GENERAL' }), refused('not_in_channel'));
  await assert.rejects(bolt.client.users.info({ user: 'U0NOBODY' }), refused('user_not_found'));
  await assert.rejects(bolt.client.auth.test({ token: 'xoxb-of-nobody' }), refused('invalid_auth'));
  await assert.rejects(post({ blocks: [section('')] }), (error) => {
    assert.ok(refused('invalid_blocks')(error), error.message);
    assert.match(error.data.response_metadata.messages[0], /^\[ERROR\] .*json-pointer:\/blocks\/0\/text/);
    return true;
  });
});

test('a 429 is waited out as it asks', async () => {
  await bolt.act('limit', { method: 'chat.postMessage', count: 1, seconds: 1 });
  await bolt.client.chat.postMessage({ channel: ops, text: 'after the limit' });
  const [limited, through] = (await bolt.act('calls', { method: 'chat.postMessage' })).slice(-2);
  assert.deepEqual([limited.Outcome, through.Outcome], ['ratelimited', 'ok']);
  assert.ok(Date.parse(through.At) - Date.parse(limited.At) >= 1000, `${limited.At} and ${through.At}`);
  const said = (await bolt.act('sees', { user: alice, channel: ops })).filter((m) => m.Text === 'after the limit');
  assert.equal(said.length, 1);
});

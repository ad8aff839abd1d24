// What Bolt does when Slack sends it away.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startApp } from './bolt.mjs';
import { alice, ops } from './stage.mjs';

let bolt;
before(async () => { bolt = await startApp(); });
after(() => bolt.close());

for (const [at, reason] of ['refresh_requested', 'warning'].entries()) {
  test(`told to go (${reason}), Bolt opens another socket and goes on`, async () => {
    bolt.app.command(`/${reason}`, async ({ ack }) => ack(`still here after ${reason}`));
    assert.equal(await bolt.act('disconnect', { reason }), 1);
    assert.equal(await bolt.act('sockets', { count: at + 2 }), at + 2);
    const of = await bolt.act('slash', { user: alice, channel: ops, command: `/${reason}` });
    assert.equal((await bolt.act('message', { of })).Text, `still here after ${reason}`);
    assert.equal((await bolt.act('calls', { method: 'apps.connections.open' })).length, at + 2);
  });
}

test('no listener failed and the clients had nothing to warn of', () => {
  assert.deepEqual(bolt.failures, []);
  assert.deepEqual(bolt.log.said, []);
});

test('a line that breaks without a word is opened again', async () => {
  bolt.app.command('/broken', async ({ ack }) => ack('still here'));
  const before = await bolt.act('sockets', { count: 1 });
  assert.equal(await bolt.act('cut'), 1);
  await bolt.act('sockets', { count: before + 1 });
  const of = await bolt.act('slash', { user: alice, channel: ops, command: '/broken' });
  assert.equal((await bolt.act('message', { of })).Text, 'still here');
});

// Bolt's modals, their suggestions and errors, the Home tab and a global shortcut.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { button, option, plain, section, startApp } from './bolt.mjs';
import { alice, first, ops, wei } from './stage.mjs';

let bolt;
before(async () => { bolt = await startApp(); });
after(() => bolt.close());

const form = (callback_id) => ({
  type: 'modal', callback_id, private_metadata: 'kept', notify_on_close: true,
  title: plain('New digest'), submit: plain('Save'), close: plain('Cancel'),
  blocks: [
    { type: 'input', block_id: 'task', label: plain('Task'), element: { type: 'external_select', action_id: 'which', min_query_length: 1 } },
    { type: 'input', block_id: 'hours', label: plain('Hours'), element: { type: 'plain_text_input', action_id: 'number' } },
    { type: 'input', block_id: 'window', label: plain('Window'), optional: true, element: { type: 'static_select', action_id: 'unit', options: [option('hours', 'h'), option('days', 'd')] } },
  ],
});

// fill fills the form in as a person does who types "job" into the menu of tasks.
async function fill(user, hours) {
  const offered = await bolt.act('suggest', { user, action: 'which', text: 'job' });
  await bolt.act('fill', { user, action: 'which', choice: offered[0].Value });
  await bolt.act('fill', { user, action: 'number', choice: hours });
  await bolt.act('fill', { user, action: 'unit', choice: 'd' });
  return offered;
}

test('a shortcut opens a modal, whose menu is filled by the app and whose form is sent', async () => {
  const sent = first();
  const asked = first();
  bolt.app.shortcut('new_digest', async ({ ack, body, client }) => {
    await ack();
    await client.views.open({ trigger_id: body.trigger_id, view: form('digest') });
  });
  bolt.app.options('which', async ({ ack, options }) => { asked.arrived(options); await ack({ options: [option('招聘 jobs', '126681'), option('job queue', '126682')] }); });
  bolt.app.view('digest', async ({ ack, body, view }) => {
    if (view.state.values.hours.number.value === 'many') {
      await ack({ response_action: 'errors', errors: { hours: 'that is no number' } });
      return;
    }
    await ack({ response_action: 'clear' });
    sent.arrived({ body, view });
  });
  await bolt.act('shortcut', { user: alice, action: 'new_digest' });
  const modal = await bolt.act('modal', { user: alice, text: 'New digest' });
  assert.equal(modal.PrivateMetadata, 'kept');

  const offered = await fill(alice, 'many');
  assert.deepEqual(offered.map((o) => o.Value), ['126681', '126682']);
  const question = await asked;
  assert.equal(question.type, 'block_suggestion');
  assert.equal(question.value, 'job');

  const refused = await bolt.act('submit', { user: alice });
  assert.equal((await bolt.act('ack', { of: refused })).failure, '');
  assert.deepEqual((await bolt.act('modal', { user: alice, text: 'no number' })).Errors, { hours: 'that is no number' });

  await bolt.act('fill', { user: alice, action: 'number', choice: '24' });
  const taken = await bolt.act('submit', { user: alice });
  assert.equal((await bolt.act('ack', { of: taken })).failure, '');
  await bolt.act('no modal', { user: alice });
  const { body, view } = await sent;
  assert.equal(body.type, 'view_submission');
  assert.equal(view.callback_id, 'digest');
  assert.equal(view.private_metadata, 'kept');
  assert.equal(view.state.values.task.which.selected_option.value, '126681');
  assert.equal(view.state.values.hours.number.value, '24');
  assert.equal(view.state.values.window.unit.selected_option.value, 'd');
});

test('a command opens a modal, a button in it changes it, an ack without a word closes it', async () => {
  const step = (text) => ({
    type: 'modal', callback_id: 'steps', title: plain('Steps'), submit: plain('Done'), close: plain('Back'),
    blocks: [section(text), { type: 'actions', elements: [button('step', 'Next')] }],
  });
  bolt.app.command('/steps', async ({ ack, command, client }) => {
    await ack();
    await client.views.open({ trigger_id: command.trigger_id, view: step('the first') });
  });
  bolt.app.action('step', async ({ ack, body, client }) => {
    await ack();
    await client.views.update({ view_id: body.view.id, hash: body.view.hash, view: step('the second') });
  });
  bolt.app.view('steps', async ({ ack }) => ack());
  await bolt.act('slash', { user: wei, channel: ops, command: '/steps' });
  await bolt.act('modal', { user: wei, text: 'the first' });
  await bolt.act('fill', { user: wei, action: 'step' });
  await bolt.act('modal', { user: wei, text: 'the second' });
  const of = await bolt.act('submit', { user: wei });
  assert.equal((await bolt.act('ack', { of })).failure, '');
  await bolt.act('no modal', { user: wei });
});

test('a modal that is closed says so to whom it may concern', async () => {
  const closed = first();
  bolt.app.view({ callback_id: 'watched', type: 'view_closed' }, async ({ ack, body }) => { await ack(); closed.arrived(body); });
  bolt.app.command('/watched', async ({ ack, command, client }) => {
    await ack();
    await client.views.open({ trigger_id: command.trigger_id, view: form('watched') });
  });
  await bolt.act('slash', { user: alice, channel: ops, command: '/watched' });
  await bolt.act('modal', { user: alice });
  await bolt.act('close', { user: alice });
  assert.equal((await closed).view.callback_id, 'watched');
});

test('whoever opens the Home tab finds it drawn, and may use it', async () => {
  const opened = first();
  const pressed = first();
  bolt.app.event('app_home_opened', async ({ event, client, body }) => {
    const drawn = await client.views.publish({ user_id: event.user, view: { type: 'home', blocks: [section('*Your digests*'), { type: 'actions', elements: [button('run', 'Run now')] }] } });
    opened.arrived({ body, drawn });
  });
  bolt.app.action('run', async ({ ack, body }) => { await ack(); pressed.arrived(body); });
  const of = await bolt.act('event', { event: { type: 'app_home_opened', user: alice, channel: 'D0ALICE', tab: 'home', event_ts: '1700000000.000100' } });
  await bolt.act('home', { user: alice, text: 'Your digests' });
  assert.equal((await bolt.act('ack', { of })).failure, '');
  const { body, drawn } = await opened;
  assert.equal(body.event.tab, 'home');
  assert.equal(drawn.view.type, 'home');
  await bolt.act('press home', { user: alice, action: 'run' });
  const use = await pressed;
  assert.equal(use.container.type, 'view');
  assert.equal(use.view.id, drawn.view.id);
  assert.equal(use.response_url, undefined);
});

test('a trigger_id is good once and for three seconds', async () => {
  const triggers = [first(), first()];
  let n = 0;
  bolt.app.command('/trigger', async ({ ack, command }) => { await ack(); triggers[n++].arrived(command.trigger_id); });
  const open = (trigger_id) => bolt.client.views.open({ trigger_id, view: form('late') });
  const refused = (name) => (error) => error.code === 'slack_webapi_platform_error' && error.data.error === name;

  await bolt.act('slash', { user: alice, channel: ops, command: '/trigger' });
  const { view } = await open(await triggers[0]);
  assert.equal(view.callback_id, 'late');
  await assert.rejects(open(await triggers[0]), refused('exchanged_trigger_id'));

  await bolt.act('slash', { user: alice, channel: ops, command: '/trigger' });
  const late = await triggers[1];
  await bolt.act('advance', { seconds: 4 });
  await assert.rejects(open(late), refused('expired_trigger_id'));
  await assert.rejects(open('1.2.x'), refused('invalid_trigger_id'));
});

test('no listener failed and the clients had nothing to warn of', () => {
  assert.deepEqual(bolt.failures, []);
  assert.deepEqual(bolt.log.said, []);
});

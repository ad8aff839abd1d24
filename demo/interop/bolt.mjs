// An app of Bolt's, connected to a workspace by Socket Mode as Bolt does it unless it is told otherwise.

import { App, SocketModeReceiver } from '@slack/bolt';
import { once } from 'node:events';
import { openStage, quietLog } from './stage.mjs';

export async function startApp() {
  const stage = await openStage();
  const log = quietLog();
  const clientOptions = { slackApiUrl: stage.api };
  const receiver = new SocketModeReceiver({ appToken: stage.app, logger: log, installerOptions: { clientOptions } });
  const failures = []; // of listeners
  const app = new App({ token: stage.bot, receiver, logger: log, clientOptions });
  app.error(async (error) => { failures.push(error); });
  await app.start();
  return {
    stage, log, app, failures, client: app.client, act: stage.act,
    async close() {
      const gone = once(receiver.client, 'disconnected');
      await app.stop();
      await gone;
      await stage.close();
    },
  };
}

export const plain = (text) => ({ type: 'plain_text', text });
export const section = (text, more = {}) => ({ type: 'section', text: { type: 'mrkdwn', text }, ...more });
export const button = (action_id, text) => ({ type: 'button', action_id, text: plain(text), value: action_id });
export const option = (text, value = text) => ({ text: plain(text), value });

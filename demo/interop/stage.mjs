// The simulated workspace from Node's side: starts it, tells it what people do, and asks what they see.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../bin/interop', import.meta.url));

// The people and channels that every workspace begins with.
export const alice = 'U0ALICE';
export const wei = 'U0WEI';
export const ops = 'C0OPS';

export async function openStage() {
  const child = spawn(program, [], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const lines = createInterface({ input: child.stdout });
  const [first] = await Promise.race([once(lines, 'line'), ended.then(([code]) => { throw new Error(`the workspace ended with ${code}`); })]);
  const waiting = new Map();
  lines.on('line', (line) => {
    const { id, value, error } = JSON.parse(line);
    const { resolve, reject } = waiting.get(id);
    waiting.delete(id);
    if (error) reject(new Error(error));
    else resolve(value);
  });
  ended.then(([code]) => {
    for (const { reject } of waiting.values()) reject(new Error(`the workspace ended with ${code}`));
  });
  let last = 0;
  return {
    ...JSON.parse(first), // api, bot and app
    act(what, details = {}) {
      const id = ++last;
      child.stdin.write(`${JSON.stringify({ id, do: what, ...details })}\n`);
      return new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
    },
    async close() {
      child.stdin.end();
      await ended;
    },
  };
}

// A log that keeps what a client finds worth a warning: an official client has nothing to say about Slack.
export function quietLog() {
  const said = [];
  const keep = (level) => (...words) => said.push(`${level}: ${words.join(' ')}`);
  return { said, debug() {}, info() {}, warn: keep('warn'), error: keep('error'), setLevel() {}, getLevel: () => 'info', setName() {} };
}

// What a listener will be called with, as a promise. It fails when nothing comes, so that a test ends.
export function first() {
  let arrived;
  const promise = new Promise((resolve, reject) => {
    arrived = resolve;
    setTimeout(() => reject(new Error('the listener was not called')), 30_000).unref();
  });
  promise.catch(() => {}); // whoever awaits it hears of it
  return Object.assign(promise, { arrived });
}

// The test agent `newsroom`: what it needs, and what is said to it.

import { call, reply, text } from './provider.mjs';

/** It and its workers, in the order in which they are deployed. */
export const NEWSROOM = ['researcher', 'fact-checker', 'newsroom'];

export const ARTICLE = {
  triggerName: 'user-message',
  input: { USER_MESSAGE: 'Write about the sea' },
};

/** The handlers of an app, which note what they are asked. */
export const archive = (asked = []) => ({
  'search-archive': async ({ query }) => {
    asked.push(query);
    return `all about ${query}`;
  },
  'file-note': async ({ note }) => asked.push(note),
});

/** A turn in which a worker looks something up. */
export const research = (article) => [
  reply(call('researcher', { TOPIC: 'tides' })),
  reply(call('look-up', { query: 'tides' })),
  reply(text('High at noon.')),
  reply(text(article)),
];

/** What such a turn shows of the worker. */
export const RESEARCH = [
  ...['worker', 'done', 'researcher'],
  [
    ['tool-call', 'done', 'look-up'],
    ['text', 'done', 'High at noon.'],
  ],
];

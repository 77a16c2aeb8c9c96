// A conversation with the assistant in a terminal:
//
//   OCTAVUS_API_KEY=oct_sk_… node chat.mjs "What time is it in Oslo?"
//
// Each argument is one message of the same session.

import { OctavusClient } from '@octavus/server-sdk';

const { OCTAVUS_API_URL = 'http://127.0.0.1:8808', OCTAVUS_API_KEY } = process.env;
const messages = process.argv.slice(2);

if (!OCTAVUS_API_KEY || messages.length === 0) {
  console.error('usage: OCTAVUS_API_KEY=oct_sk_… node chat.mjs MESSAGE…');
  process.exit(2);
}

const client = new OctavusClient({ baseUrl: OCTAVUS_API_URL, apiKey: OCTAVUS_API_KEY });
const session = client.agentSessions.attach(
  await client.agentSessions.create('assistant', { USER_NAME: process.env.USER ?? 'friend' }),
  {
    tools: {
      'get-current-time': async ({ timezone = 'UTC' }) =>
        new Date().toLocaleString('en-GB', { timeZone: String(timezone), timeZoneName: 'short' }),
    },
  },
);

for (const message of messages) {
  console.log(`\n> ${message}`);
  const trigger = { triggerName: 'user-message', input: { USER_MESSAGE: message } };
  for await (const event of session.execute({ type: 'trigger', ...trigger })) {
    show(event);
  }
  console.log();
}

function show(event) {
  switch (event.type) {
    case 'text-delta':
      process.stdout.write(event.delta);
      break;
    case 'tool-input-available':
      console.log(`\n[${event.toolName} ${JSON.stringify(event.input)}]`);
      break;
    case 'client-tool-request':
      console.log('[a tool of the browser was asked for; this script has none]');
      break;
    case 'error':
      console.error(`\n${event.errorType}: ${event.message}`);
      process.exitCode = 1;
      break;
  }
}

// Whether a client reads an event. The installed one brings its own schema; what came to the current shape
// since then is added to it here.

import { safeParseStreamEvent } from '@octavus/core';
import { z } from 'zod';

const text = z.string();
const worker = { workerId: text };
const named = { ...worker, workerSlug: text, description: text.optional() };
const anything = z.record(text, z.unknown());
const todo = z.object({
  id: text,
  content: text,
  status: z.enum(['pending', 'in_progress', 'completed', 'cancelled']),
});
const fee = z.number();
const tokens = z.number().int();

const SINCE = {
  'worker-input-start': z.object(named),
  'worker-input-delta': z.object({ ...worker, delta: text }),
  'worker-input-ready': z.object({ ...worker, input: anything }),
  'worker-start': z.object({ ...named, input: anything.optional() }),
  'worker-result': z.object({
    ...worker,
    output: z.unknown().optional(),
    error: text.optional(),
  }),
  'todo-update': z.object({ workerId: text.optional(), todos: z.array(todo) }),
  usage: z.object({
    cost: z.object({
      currency: text,
      bandwidthFee: fee,
      providerFee: fee,
      totalFee: fee,
      byok: z.boolean(),
      estimatedProviderFee: fee.optional(),
    }),
    tokens: z.object({ inputTokens: tokens, outputTokens: tokens, totalTokens: tokens }),
  }),
};

/** Whether a client that reads `shape` (`legacy` or `current`) takes the event and does not drop it. */
export function isAccepted(event, shape) {
  if (shape === 'legacy') return safeParseStreamEvent(event).success;
  if (!/^(undefined|string)$/.test(typeof event.workerId)) return false;
  const schema = SINCE[event.type];
  if (schema) return schema.safeParse(event).success;
  const older = event.display === 'title' ? { ...event, display: 'description' } : event;
  return safeParseStreamEvent(older).success;
}

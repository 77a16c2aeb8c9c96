// What older clients are sent, as the rows of the server's own tests say, is read by the oldest one.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { it } from 'node:test';
import { chatMessageSchema, safeParseStreamEvent, uiMessagePartSchema } from '@octavus/core';

const GOLDEN = new URL('../../crates/domain/tests/golden/legacy-wire.json', import.meta.url);
const { events, uiParts, chatParts } = JSON.parse(await readFile(GOLDEN, 'utf8'));

it('every event of the older shape is one that the client reads', () => {
  for (const { about, legacy } of events) {
    for (const event of legacy) {
      const { success, error } = safeParseStreamEvent(event);
      assert.ok(success, `${about}: ${error}`);
    }
  }
});

it('every part of a chat in the older shape is one that the client reads', () => {
  for (const { about, legacy } of uiParts) {
    if (legacy === null) continue;
    const { success, error } = uiMessagePartSchema.safeParse(legacy);
    assert.ok(success, `${about}: ${error}`);
  }
});

it('every part of a session in the older shape is one that the client reads', () => {
  const message = { id: 'm', role: 'assistant', content: '', createdAt: '2025-11-24T16:00:00.000Z' };
  for (const { about, legacy } of chatParts) {
    if (legacy === null) continue;
    const { success, error } = chatMessageSchema.safeParse({ ...message, parts: [legacy] });
    assert.ok(success, `${about}: ${error}`);
  }
});

it('the client rejects what is left out for it', () => {
  const dropped = events.filter(({ legacy }) => legacy.length === 0);
  const newer = dropped.filter(({ current }) => /^(worker|todo|usage)/.test(current.type));
  assert.ok(newer.length >= 5);
  for (const { about, current } of newer) {
    assert.ok(!safeParseStreamEvent(current).success, about);
  }
});

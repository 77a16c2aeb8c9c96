// The schemas as the built program prints them, and as files for an editor to read.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { run } from '../../clients/harness/child.mjs';
import { OCTAVUSD } from '../../clients/harness/paths.mjs';

async function printed(...args) {
  const { code, output, stdout } = await run(OCTAVUSD, ['schema', ...args]);
  assert.equal(code, 0, output);
  return stdout;
}

const folder = mkdtempSync(path.join(os.tmpdir(), 'octavusd-editor-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));

async function written(name, ...args) {
  const file = path.join(folder, name);
  writeFileSync(file, await printed(...args));
  return pathToFileURL(file).href;
}

/** The URL of a file with what `octavusd schema` prints. */
export const PROTOCOL_SCHEMA = await written('protocol.json');

/** What `octavusd schema settings` prints. */
export const SETTINGS_SCHEMA = JSON.parse(await printed('settings'));

// The published command line client.

import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { run } from './child.mjs';

const packageFile = createRequire(import.meta.url).resolve('@octavus/cli/package.json');
const PROGRAM = path.join(path.dirname(packageFile), 'dist/index.js');
const COLOURS = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g');

/** Runs it against a server; answers its exit code and its output without colours. */
export async function octavus({ url, key }, ...args) {
  const { code, output } = await run(process.execPath, [PROGRAM, ...args], {
    env: { OCTAVUS_API_URL: url, OCTAVUS_API_KEY: key, OCTAVUS_CLI_API_KEY: key },
    // No `.env` of the checkout shall be read.
    cwd: os.tmpdir(),
  });
  return { code, output: output.replace(COLOURS, '') };
}

/** The same with `--json`, parsed. */
export async function octavusJson(target, ...args) {
  const { code, output } = await octavus(target, ...args, '--json');
  return { code, json: JSON.parse(output) };
}

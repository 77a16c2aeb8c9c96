// Agent folders as API bodies.

import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

/** The definition that `POST /api/agents` takes, read from a folder. */
export async function readAgent(folder) {
  const read = (name) => readFile(path.join(folder, name), 'utf8');
  const files = await readdir(path.join(folder, 'prompts'), { recursive: true });
  const prompts = files
    .filter((file) => file.endsWith('.md'))
    .map(async (file) => ({
      name: file.replace(/\.md$/, ''),
      content: await read(path.join('prompts', file)),
    }));
  return {
    settings: JSON.parse(await read('settings.json')),
    protocol: await read('protocol.yaml'),
    prompts: await Promise.all(prompts),
  };
}

// Agent folders as API bodies.

import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

/** The definition that `POST /api/agents` takes, read from a folder. */
export async function readAgent(folder) {
  const read = (name) => readFile(path.join(folder, name), 'utf8');
  const references = await readTexts(path.join(folder, 'references'));
  return {
    settings: JSON.parse(await read('settings.json')),
    protocol: await read('protocol.yaml'),
    prompts: await readTexts(path.join(folder, 'prompts')),
    references: references.map(withDescription),
  };
}

/** The Markdown files below a folder, of which there need not be any. */
async function readTexts(folder) {
  const files = await readdir(folder, { recursive: true }).catch(() => []);
  const texts = files
    .filter((file) => file.endsWith('.md'))
    .map(async (file) => ({
      name: file.replace(/\.md$/, ''),
      content: await readFile(path.join(folder, file), 'utf8'),
    }));
  return Promise.all(texts);
}

/** A reference says in its front matter, and there nothing else, what it is about. */
function withDescription({ name, content }) {
  const [, description, text] = /^---\ndescription: (.*)\n---\n(.*)$/s.exec(content);
  return { name, description, content: text };
}

// Where the tests find the built programs, the repository and their own agents.

import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));

export const REPOSITORY = path.resolve(here, '../../..');
export const AGENTS = path.resolve(here, '../agents');
export const EXAMPLES = path.join(REPOSITORY, 'examples');

const built = path.join(process.env.CARGO_TARGET_DIR ?? path.join(REPOSITORY, 'target'), 'debug');

export const OCTAVUSD = process.env.OCTAVUSD_BIN ?? path.join(built, 'octavusd');
export const FAKE_PROVIDER = process.env.FAKE_PROVIDER_BIN ?? path.join(built, 'fake-provider');

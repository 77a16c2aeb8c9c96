// The server under test, on a data folder that outlives its processes.

import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Child, run } from './child.mjs';
import { OCTAVUSD } from './paths.mjs';

const START_LIMIT_MS = 10_000;
const HEALTH_POLL_MS = 10;

export async function freePort() {
  const listener = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => listener.once('listening', resolve));
  const { port } = listener.address();
  await new Promise((resolve) => listener.close(resolve));
  return port;
}

export class Server {
  #child;
  #args;
  #env;
  #port;

  /** A server that is not started yet; `args` are those of the command line. */
  static async prepare(args, env = {}) {
    const server = new Server();
    server.#port = await freePort();
    server.url = `http://127.0.0.1:${server.#port}`;
    server.dataDir = await mkdtemp(path.join(os.tmpdir(), 'octavusd-clients-'));
    server.#args = args;
    server.#env = {
      OCTAVUSD_LISTEN: `127.0.0.1:${server.#port}`,
      OCTAVUSD_DATA_DIR: server.dataDir,
      ...env,
    };
    return server;
  }

  /** Starts it, on the same port and folder each time, and waits until it takes requests. */
  async start() {
    // The folder is also the working folder, so that no `.env` of the checkout is read.
    const options = { env: this.#env, cwd: this.dataDir };
    this.#child = new Child(OCTAVUSD, this.#args, options);
    const deadline = Date.now() + START_LIMIT_MS;
    while (!(await this.#isHealthy())) {
      if (!this.#child.running || Date.now() > deadline) {
        throw new Error(`the server did not start:\n${this.#child.output}`);
      }
      await delay(HEALTH_POLL_MS);
    }
  }

  async #isHealthy() {
    try {
      const response = await fetch(`${this.url}/health`);
      await response.arrayBuffer();
      return response.status === 200;
    } catch {
      return false;
    }
  }

  /** Waits until the server's output matches the pattern; answers the match. */
  printed(pattern) {
    return this.#child.printed(pattern);
  }

  /** Ends the process as a crash does. */
  kill() {
    return this.#child.stop('SIGKILL');
  }

  /** Asks the process to stop; answers how it ended. */
  stop() {
    return this.#child.stop();
  }

  async remove() {
    await this.#child?.stop();
    await rm(this.dataDir, { recursive: true, force: true });
  }

  /** Runs a command of the same binary beside the running server. */
  command(...args) {
    return run(OCTAVUSD, args, { env: this.#env, cwd: this.dataDir });
  }

  /** Makes a project key; answers `{ key, id }`. */
  async createKey({ project = 'default', permissions = 'sessions,agents', wire = 'auto' } = {}) {
    const { code, output, stdout } = await this.command(
      ...['keys', 'create', '--project', project, '--name', 'tests'],
      ...['--permissions', permissions, '--wire', wire, '--json'],
    );
    if (code !== 0) throw new Error(`keys create failed (${code}):\n${output}`);
    return JSON.parse(stdout);
  }
}

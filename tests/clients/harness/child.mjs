// A program that a test runs: its output, its end, and its stopping by process id.

import { spawn } from 'node:child_process';

export class Child {
  #process;
  #output = '';
  #stdout = '';

  constructor(file, args, { env = {}, cwd } = {}) {
    this.name = `${file} ${args.join(' ')}`;
    this.#process = spawn(file, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#process.stdout.setEncoding('utf8').on('data', (text) => {
      this.#stdout += text;
      this.#output += text;
    });
    this.#process.stderr.setEncoding('utf8').on('data', (text) => (this.#output += text));
    this.exited = new Promise((resolve, reject) => {
      this.#process.once('error', (error) => reject(new Error(`${this.name}: ${error.message}`)));
      // Unlike `exit`, this comes when all output was read, too.
      this.#process.once('close', (code, signal) => resolve({ code, signal }));
    });
    // Nothing outlives the tests, also where they end in an exception.
    const kill = () => this.#process.kill('SIGKILL');
    process.once('exit', kill);
    this.#process.once('exit', () => process.off('exit', kill));
    // Whoever waits for the end sees the rejection; a child that nobody waits for must not end the tests.
    this.exited.catch(() => {});
  }

  /** Everything written so far, to both streams. */
  get output() {
    return this.#output;
  }

  /** What of it a program would read. */
  get stdout() {
    return this.#stdout;
  }

  /** Waits until the output matches the pattern; answers the match. */
  async printed(pattern) {
    const found = new Promise((resolve) => {
      const look = () => {
        const match = pattern.exec(this.#output);
        if (match) resolve(match);
      };
      this.#process.stdout.on('data', look);
      this.#process.stderr.on('data', look);
      look();
    });
    const ended = this.exited.then(({ code, signal }) => {
      throw new Error(`${this.name} ended early (${signal ?? code}):\n${this.#output}`);
    });
    return Promise.race([found, ended]);
  }

  get running() {
    return this.#process.exitCode === null && this.#process.signalCode === null;
  }

  /** Ends the program and waits until it is gone. */
  async stop(signal = 'SIGTERM') {
    if (this.running) this.#process.kill(signal);
    return this.exited;
  }
}

/** Runs a program to its end. */
export async function run(file, args, options) {
  const child = new Child(file, args, options);
  const { code } = await child.exited;
  return { code, output: child.output, stdout: child.stdout };
}

/**
 * Python as a peer: a process that stays, so that compiled functions stay compiled and runs can alternate with ours.
 *
 * The interpreter is STILLPOINT_PYTHON, or python3. A script reads one JSON request a line and answers each with one
 * JSON line; while it waits it takes no processor time.
 */
import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

const python = process.env.STILLPOINT_PYTHON ?? 'python3';

const packages = ['numpy', 'scipy', 'jax', 'jaxlib', 'jax-md', 'jaxopt'];

/** Versions of Python and of those packages that it has; empty where it does not run. */
export function pythonVersions(): Record<string, string> {
  const script = `
import json, platform
from importlib import metadata
found = {"python": platform.python_version()}
for name in ${JSON.stringify(packages)}:
    try:
        found[name] = metadata.version(name)
    except metadata.PackageNotFoundError:
        pass
print(json.dumps(found))`;
  try {
    return JSON.parse(execFileSync(python, ['-c', script], { encoding: 'utf8', stdio: 'pipe' }));
  } catch {
    return {};
  }
}

export class PythonPeer {
  private readonly process: ChildProcessWithoutNullStreams;
  private readonly answers: AsyncIterator<string>;
  private complaints = '';

  constructor(script: string) {
    this.process = spawn(python, [script], { stdio: 'pipe' });
    this.answers = createInterface({ input: this.process.stdout })[Symbol.asyncIterator]();
    this.process.stderr.on('data', (text) => {
      this.complaints += text;
    });
  }

  /** @throws Error with the end of what Python wrote to its standard error when it ends without an answer */
  async ask<T>(request: unknown): Promise<T> {
    this.process.stdin.write(`${JSON.stringify(request)}\n`);
    for (;;) {
      const { value, done } = await this.answers.next();
      if (done) throw new Error(`Python stopped: ${this.lastWords()}`);
      if (value.startsWith('{')) return JSON.parse(value) as T;
    }
  }

  /** The exception, and what stood before it. */
  private lastWords(): string {
    const raised = [...this.complaints.matchAll(/^\w*(Error|Exception)\b.*$/gm)].pop()?.[0] ?? '';
    return `${raised}\n${this.complaints.slice(-1500)}`;
  }

  close(): void {
    this.process.stdin.end();
    this.process.kill();
  }
}

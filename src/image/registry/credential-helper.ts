import { spawn } from 'node:child_process';
import { asObject, asText, parseJson } from '#kit/narrow.ts';
import { imageError } from '#image/errors.ts';
import { registryLimits } from './limits.ts';
import type { RegistryOptions } from './options.ts';
import { printable } from './printable.ts';

/** A user name and a password, or whatever the user name says that the secret is. */
export interface StoredSecret {
  readonly username: string;
  readonly secret: string;
}

/**
 * Asks the program `docker-credential-NAME` for what it keeps for a server: `get` as its argument, the server on its input, a
 * JSON object with `Username` and `Secret` on its output.
 *
 * @param file the file that names the helper, for errors
 * @returns nothing if it has nothing for this server
 * @throws `credentials-unreadable` if it is missing, fails, hangs or talks nonsense
 */
export async function runCredentialHelper(
  name: string,
  server: string,
  file: string,
  options: RegistryOptions,
): Promise<StoredSecret | undefined> {
  // The name becomes part of a program's name: nothing in it may lead elsewhere.
  if (!/^[a-z0-9][a-z0-9-]*$/.test(name)) throw failed(name, file, 'this is not the name of a helper');
  const { code, output, problem } = await run(`docker-credential-${name}`, server, options.environment ?? {});
  if (problem !== undefined) throw failed(name, file, problem);
  if (code !== 0) {
    if (/credentials not found/i.test(output)) return undefined;
    throw failed(name, file, printable(output) || `it ended with status ${code}`);
  }
  const answer = asObject(parseJson(output));
  const [username, secret] = [asText(answer?.['Username']), asText(answer?.['Secret'])];
  if (username === undefined || secret === undefined) throw failed(name, file, 'its answer is not what helpers answer');
  return { username, secret };
}

interface Result {
  readonly code: number | null;
  readonly output: string;
  readonly problem?: string;
}

function run(program: string, input: string, environment: NodeJS.ProcessEnv): Promise<Result> {
  return new Promise((resolve) => {
    const child = spawn(program, ['get'], { env: environment, stdio: ['pipe', 'pipe', 'ignore'], windowsHide: true });
    const chunks: Buffer[] = [];
    let size = 0;
    const timer = setTimeout(() => giveUp('it did not answer in time'), registryLimits.helperTime);
    // Its own children may keep the output open, so the end is not waited for.
    const giveUp = (problem: string) => {
      child.kill('SIGKILL');
      child.stdout.destroy();
      finish({ code: null, output: '', problem });
    };
    const finish = (result: Result) => {
      clearTimeout(timer);
      resolve(result);
    };
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > registryLimits.helperBytes) return giveUp('it answered too much');
      chunks.push(chunk);
    });
    child.on('error', (error) => {
      const isMissing = 'code' in error && error.code === 'ENOENT';
      finish({ code: null, output: '', problem: isMissing ? 'it is not on the PATH' : printable(error.message) });
    });
    child.on('close', (code) => finish({ code, output: Buffer.concat(chunks).toString('utf8') }));
    // A helper that does not read its input is judged by its answer.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}

function failed(name: string, file: string, problem: string) {
  return imageError(
    'credentials-unreadable',
    `the credential helper "${printable(name, 60)}" cannot be used: ${problem}`,
    {
      hint: `install docker-credential-${printable(name, 60)}, or remove it from ${file}`,
    },
  );
}

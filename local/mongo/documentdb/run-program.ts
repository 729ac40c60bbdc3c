// Runs a program to its end and says what it printed when it fails. Output can be watched while it runs.
import { spawn, type SpawnOptions } from 'node:child_process';

const MESSAGE_CHARACTERS = 2_000;

/**
 * @returns what the program wrote to its standard output
 * @throws Error with the program's own message when it cannot be started or ends with a failure
 */
export function runProgram(
  program: string,
  args: readonly string[],
  options: SpawnOptions = {},
  onOutput: (text: string) => void = () => undefined,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let complaints = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      onOutput(text);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => (complaints += text));
    child.once('error', (error) =>
      reject(new Error(`${program} cannot be started: ${error.message}`, { cause: error })),
    );
    child.once('close', (code, signal) => {
      if (code === 0) resolve(output);
      else
        reject(
          new Error(
            `${program} ${args[0] ?? ''} failed (${signal ?? `exit code ${code ?? '?'}`}):\n${(complaints || output).trim().slice(-MESSAGE_CHARACTERS)}`,
          ),
        );
    });
  });
}

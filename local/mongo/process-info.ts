// Asks the system about processes that this one did not start. Where there is no /proc, only whether one is alive.
import { readFileSync } from 'node:fs';

/**
 * What tells a process from a later one with the same id: the moment of its start. Undefined when it is not running;
 * a zombie, which has ended but was not collected by its parent, counts as not running.
 */
export function processIdentity(pid: number): string | undefined {
  if (!isAlive(pid)) return undefined;
  try {
    // Fields after the name, which may hold anything but ends at the last ")": state first, start time 20th.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : `${pid} ${fields[19] ?? ''}`;
  } catch {
    // No /proc (macOS), or the process ended just now.
    return process.platform === 'linux' ? undefined : String(pid);
  }
}

/** The command line with which a process was started, empty when it cannot be read. */
export function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    // It has ended, or belongs to somebody else.
    return '';
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there and belongs to somebody else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

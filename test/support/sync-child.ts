// A process of its own that syncs a scripted Microsoft 365 and kills itself the hard way: when it has sent a given
// number of database commands since it began to apply, and a few milliseconds later. Usage: URI STEP COMMAND DELAY_MS
import type { Document } from 'mongodb';
import { kill, pid } from 'node:process';
import { killWorld } from './kill-world.ts';
import { openTestServices, sync } from './test-services.ts';

const [uri = '', step = '0', command = '0', delayMs = '0'] = process.argv.slice(2);
let applying = false;
let commands = 0;
const WRITES = ['insert', 'update', 'delete', 'findAndModify'];

function onCommand(sent: Document): void {
  if (!applying || !WRITES.some((name) => name in sent)) return;
  if (++commands !== Number(command)) return;
  if (delayMs === '0') kill(pid, 'SIGKILL');
  else setTimeout(() => kill(pid, 'SIGKILL'), Number(delayMs));
}

const services = await openTestServices(uri, killWorld(Number(step)), onCommand);
await sync(services, { onProgress: ({ stage }) => (applying ||= stage === 'applying') });
await services.close(1_000);

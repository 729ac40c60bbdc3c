// Behaves as mongod does while it is started, set up as a replica set and stopped, and stores nothing but that set-up.
// Usage: as mongod: --version | --port N --dbpath DIR …
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { deserialize } from 'bson';
import { createFrameSplitter } from '../../../local/mongo/frames.ts';
import { formatReply, parseRequest, wireMessages } from '../../../local/mongo/gateway/wire.ts';

interface Config {
  version?: number;
  members: { host: string }[];
}

const option = (name: string) => process.argv[process.argv.indexOf(name) + 1] ?? '';

if (process.argv.includes('--version')) console.log('db version v8.0.99\nBuild Info: none');
else serve(Number(option('--port')), join(option('--dbpath'), 'fake-config.json'), option('--replSet'));

function serve(port: number, configPath: string, setName: string): void {
  const me = `127.0.0.1:${port}`;
  const read = () =>
    existsSync(configPath) ? (JSON.parse(readFileSync(configPath, 'utf8')) as Config) : undefined;
  const write = (config: Config) => writeFileSync(configPath, JSON.stringify(config));

  /** A configuration that does not name this server is refused, as mongod refuses it. */
  function configure(config: Config) {
    if (config.members[0]?.host !== me)
      return { ok: 0, code: 74, codeName: 'NodeNotFound', errmsg: 'not in the config' };
    write(config);
    return { ok: 1 };
  }

  function answer(command: Record<string, unknown>): Record<string, unknown> {
    const [name = ''] = Object.keys(command);
    const config = read();
    switch (name) {
      case 'hello':
      case 'ismaster':
      case 'isMaster': {
        const limits = {
          maxBsonObjectSize: 16_777_216,
          maxMessageSizeBytes: 48_000_000,
          maxWriteBatchSize: 100_000,
          minWireVersion: 0,
          maxWireVersion: 25,
        };
        const isPrimary = config?.members[0]?.host === me;
        const role = isPrimary
          ? { isWritablePrimary: true, setName, hosts: [me], me, primary: me }
          : { isWritablePrimary: false, secondary: false, isreplicaset: true };
        return { ...role, ...limits, helloOk: true, localTime: new Date(), readOnly: false, ok: 1 };
      }
      case 'replSetGetConfig':
        return config
          ? { config, ok: 1 }
          : { ok: 0, code: 94, codeName: 'NotYetInitialized', errmsg: 'no replset config has been received' };
      case 'replSetInitiate':
        return config
          ? { ok: 0, code: 23, codeName: 'AlreadyInitialized', errmsg: 'already initialized' }
          : configure({ version: 1, ...(command.replSetInitiate as Config) });
      case 'replSetReconfig':
        return command.force === true
          ? configure(command.replSetReconfig as Config)
          : { ok: 0, code: 10107, codeName: 'NotWritablePrimary', errmsg: 'not primary' };
      case 'shutdown':
        setImmediate(() => process.exit(0));
        return { ok: 1 };
      default:
        return { ok: 1 };
    }
  }

  createServer((client: Socket) => {
    client.on('error', () => client.destroy());
    const split = createFrameSplitter(wireMessages, (frame) => {
      const request = parseRequest(frame);
      for (const part of formatReply(request, answer(deserialize(request.command)))) client.write(part);
    });
    client.on('data', split);
  }).listen(port, '127.0.0.1', () => console.log('Waiting for connections'));
  process.on('SIGINT', () => process.exit(0));
  process.on('SIGTERM', () => process.exit(0));
}

// Microsoft's Agents Playground as the chat client, when somebody asks for it. Its licence does not let us depend
// on it, so npx fetches it for the person who accepts it. It cannot sign tokens: the bot runs with channel
// authentication off, on loopback only.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Person } from '../tenant/start-tenant.ts';

const PACKAGE = '@microsoft/m365agentsplayground@0.2.28';
const PORT = 56150;

export const PLAYGROUND = {
  botEnv: {
    ROLLCALL_CHANNEL_AUTHENTICATION: 'off',
    ROLLCALL_ALLOWED_SERVICE_URLS: `http://localhost:${PORT}/_connector,http://127.0.0.1:${PORT}/_connector`,
  },
} as const;

export interface PlaygroundOptions {
  readonly folder: string;
  readonly botEndpoint: string;
  readonly tenantId: string;
  readonly people: readonly Person[];
  readonly say: (line: string) => void;
}

/** Fetches and starts it. Resolves as soon as it was started; it opens its own browser window where there is one. */
export async function startPlayground(
  options: PlaygroundOptions,
): Promise<{ pageUrl: string; stop(): Promise<void> }> {
  options.say('Starting Microsoft 365 Agents Playground (its own licence applies) …');
  options.say(
    'Warning: it cannot sign tokens, so the bot does not check who talks to it. It listens on this machine only.',
  );
  const home = join(options.folder, 'playground');
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, '.m365agentsplayground.yml'), JSON.stringify(describe(options)));
  const child = spawn(
    'npx',
    [
      '--yes',
      PACKAGE,
      'start',
      '-e',
      options.botEndpoint,
      '-c',
      'msteams',
      '-p',
      String(PORT),
      '--disable-telemetry',
    ],
    {
      cwd: home,
      env: { ...process.env, PATH: [noBrowser(home), process.env.PATH].join(delimiter) },
      stdio: ['ignore', 'inherit', 'inherit'],
      detached: true,
    },
  );
  await once(child, 'spawn');
  return {
    pageUrl: `http://localhost:${PORT}`,
    stop: async () => {
      if (child.exitCode !== null || child.pid === undefined) return;
      const gone = once(child, 'exit');
      // npx starts a shell that starts the program: the group is what ends.
      process.kill(-child.pid, 'SIGTERM');
      await gone;
    },
  };
}

/** It ends itself where there is no `xdg-open`, so there is one that does nothing. */
function noBrowser(home: string): string {
  const folder = join(home, 'bin');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'xdg-open'), '#!/bin/sh\nexit 0\n');
  chmodSync(join(folder, 'xdg-open'), 0o755);
  return folder;
}

/** Its configuration file, which is YAML and therefore may be JSON. It wants at least five users. */
function describe({ tenantId, people }: PlaygroundOptions) {
  const user = (person: Person) => ({
    id: `29:${person.id}`,
    name: person.displayName,
    userPrincipleName: person.userPrincipalName,
    aadObjectId: person.id,
    givenName: person.displayName.split(' ')[0],
    surname: person.displayName.split(' ').slice(1).join(' '),
    email: person.mail,
  });
  const extras = ['Ann', 'Ben', 'Cas', 'Dee', 'Eli'].map((name, i) =>
    user({
      id: `00000000-0000-4000-8000-00000000000${i}`,
      displayName: `${name} Example`,
      userPrincipalName: `${name}@example.com`,
      mail: `${name}@example.com`,
      role: 'no role',
    }),
  );
  const users = [...people.map(user), ...extras];
  return {
    version: '0.1.1',
    tenantId,
    bot: { id: 'rollcall', name: 'Rollcall' },
    currentUser: users[0],
    users,
    personalChat: { id: 'personal-chat' },
    groupChat: { id: 'group-chat', name: 'Group chat' },
    team: {
      id: 'team',
      name: 'Team',
      aadGroupId: '00000000-0000-4000-8000-0000000000aa',
      channels: [{ id: 'general', name: 'General' }],
    },
  };
}

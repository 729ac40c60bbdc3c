// Builds the Teams app manifest from the command table and a few settings. Pure: reads no files, no environment.
import type { CommandRow } from '../bot/commands/command.ts';
import type { Place } from '../bot/views/reader.ts';

/** Everything the bot needs is in 1.22; organisations that hold uploads to older versions take it too. */
export const MANIFEST_VERSION = '1.22';

export interface ManifestSettings {
  /** The bot's app registration; also the id of the Teams app. */
  readonly appId: string;
  /** Origin under which people reach the bot. */
  readonly publicUrl: string;
  /** Of the package: three numbers. */
  readonly version: string;
  readonly developer: {
    readonly name: string;
    readonly websiteUrl: string;
    readonly privacyUrl: string;
    readonly termsOfUseUrl: string;
  };
}

/** Teams docs: manifest schema, bots.scopes. */
const SCOPES = { personal: 'personal', channel: 'team', groupChat: 'groupChat' } as const satisfies Record<
  Place,
  string
>;
const PLACES = ['personal', 'channel', 'groupChat'] as const satisfies readonly Place[];

export type Command = Pick<CommandRow, 'names' | 'does' | 'places' | 'unlisted'>;

export function buildManifest(settings: ManifestSettings, commands: readonly Command[]) {
  const { appId, publicUrl, version, developer } = settings;
  const schema = `https://developer.microsoft.com/json-schemas/teams/v${MANIFEST_VERSION}/MicrosoftTeams.schema.json`;
  return {
    $schema: schema,
    manifestVersion: MANIFEST_VERSION,
    version,
    id: appId,
    developer,
    name: { short: 'Rollcall', full: 'Rollcall directory sync' },
    description: {
      short: 'Keeps your directory in step with Microsoft 365, from chat.',
      full: [
        'Rollcall reads users, groups and memberships from Microsoft 365, decides by your policy who is active, and keeps a directory of its own.',
        'Say “connect”: an administrator signs in at Microsoft, and a second one can be the backup that takes over.',
        'Say “sync now” and follow the sync on its card. Ask for “status”, “users” or “groups” to see who is active or inactive, and why.',
        'Nobody becomes inactive because something could not be read.',
      ].join('\n\n'),
    },
    icons: { color: 'color.png', outline: 'outline.png' },
    accentColor: '#5B5FC7',
    bots: [
      {
        botId: appId,
        scopes: PLACES.map((place) => SCOPES[place]),
        // In a channel a bot that only notifies would never hear its name.
        isNotificationOnly: false,
        supportsFiles: false,
        commandLists: PLACES.map((place) => ({
          scopes: [SCOPES[place]],
          commands: commandsIn(place, commands),
        })),
      },
    ],
    permissions: ['identity', 'messageTeamMembers'],
    validDomains: [new URL(publicUrl).hostname],
    defaultInstallScope: 'personal',
  };
}

export type Manifest = ReturnType<typeof buildManifest>;

/** A command is shown by its first name: pressing it writes the name, and the person adds the rest. */
const commandsIn = (place: Place, commands: readonly Command[]) =>
  commands
    .filter((command) => command.places.includes(place) && command.unlisted !== true)
    .map((command) => ({ title: command.names[0], description: command.does }));

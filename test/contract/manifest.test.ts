// The Teams app manifest and the command table say the same, and Microsoft's schema agrees with the manifest.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { COMMANDS } from '../../bot/commands/index.ts';
import { buildManifest } from '../../manifest/build.ts';
import { findManifestProblems } from '../../manifest/validate.ts';

const settings = {
  appId: '11111111-2222-4333-8444-555555555555',
  publicUrl: 'https://rollcall.example.com',
  version: '0.1.0',
  developer: {
    name: 'Rollcall',
    websiteUrl: 'https://rollcall.example.com',
    privacyUrl: 'https://rollcall.example.com/privacy',
    termsOfUseUrl: 'https://rollcall.example.com/terms',
  },
};
const manifest = buildManifest(settings, COMMANDS);
const [bot] = manifest.bots;

describe('manifest', () => {
  it('fits the schema', () => assert.deepEqual(findManifestProblems(manifest), []));

  it('is refused by the schema when something is wrong', () => {
    const wrong = { ...manifest, name: { short: 'x'.repeat(31), full: '' } };
    assert.match(findManifestProblems(wrong).join(), /name/);
    const scope = { ...manifest, bots: [{ botId: settings.appId, scopes: ['groupchat'] }] };
    assert.match(findManifestProblems(scope).join(), /scopes/);
  });

  it('offers the bot in personal chats, teams and group chats', () => {
    assert.deepEqual(bot?.scopes, ['personal', 'team', 'groupChat']);
    assert.equal(bot.botId, settings.appId);
    assert.deepEqual(manifest.validDomains, ['rollcall.example.com']);
  });

  for (const [scope, place] of [
    ['personal', 'personal'],
    ['team', 'channel'],
    ['groupChat', 'groupChat'],
  ] as const) {
    it(`lists for ${scope} exactly the commands that the table has there`, () => {
      const listed = bot?.commandLists.find((list) => list.scopes.some((one) => one === scope))?.commands;
      const expected = COMMANDS.filter((row) => row.places.includes(place) && row.unlisted !== true);
      assert.deepEqual(
        listed,
        expected.map((row) => ({ title: row.names[0], description: row.does })),
      );
    });
  }

  it('keeps the rules of the store: few commands, no slash, no doubles, greeting and help', () => {
    for (const { commands } of bot?.commandLists ?? []) {
      const titles = commands.map((command) => command.title);
      assert.ok(titles.length <= 10);
      assert.equal(new Set(titles).size, titles.length);
      for (const { title, description } of commands) {
        assert.ok(title.length <= 32 && !title.startsWith('/'), title);
        assert.ok(description.length > 0 && description.length <= 128, description);
      }
    }
    const names = COMMANDS.flatMap((row) => row.names);
    for (const word of ['hi', 'hello', 'help']) assert.ok(names.includes(word), word);
  });

  it('has icons of the sizes that Teams asks for', () => {
    for (const [file, size] of [
      ['color.png', 192],
      ['outline.png', 32],
    ] as const) {
      const png = readFileSync(`manifest/${file}`);
      assert.equal(png.toString('latin1', 1, 4), 'PNG');
      // PNG specification: width and height stand at the beginning of the IHDR chunk.
      assert.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20)], [size, size]);
    }
  });
});

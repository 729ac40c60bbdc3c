// Changing who may use Rollcall: the picker, its names, and the last owner.
import assert from 'node:assert/strict';
import { AppError } from '../../../services/index.ts';
import { as, MESSAGE, owner, TENANT, useBots } from './use-bots.ts';

describe('people', () => {
  const bots = useBots();

  describe('people', () => {
    const id = '48d31887-5fad-4d73-a9f5-3c356e68a038';

    it('are added by the picker, by the name of the directory', async () => {
      const set: unknown[] = [];
      const bot = await bots.start({
        ...as('owner'),
        findPerson: () => Promise.resolve({ displayName: 'Adele Vance', isGuest: false }),
        setRole: ({ objectId, displayName, role }) => {
          set.push({ objectId, displayName, role });
          return Promise.resolve();
        },
      });
      await bots.invoke(bot, 'people.add', { v: 1, person: id.toUpperCase(), role: 'admin' });
      assert.deepEqual(set, [{ objectId: id, displayName: 'Adele Vance', role: 'admin' }]);
    });

    it('are not added when nobody, nonsense or a guest was picked', async () => {
      const bot = await bots.start({
        ...as('owner'),
        findPerson: () => Promise.resolve({ displayName: 'Guest', isGuest: true }),
      });
      for (const [person, words] of [
        ['', /Nobody was picked/],
        ['nonsense', /Nobody was picked/],
        [id, /Guests cannot use Rollcall/],
      ] as const) {
        const answer = await bots.invoke(bot, 'people.add', { v: 1, person, role: 'viewer' });
        assert.match(JSON.stringify(answer.value), words);
      }
    });

    it('who were picked before the first sync are named as soon as the directory knows them', async () => {
      const nameless = { ...owner, objectId: id, displayName: '', role: 'viewer' } as const;
      let synced = false;
      const entry = { id: 'e', tenantId: TENANT, at: owner.since, actor: owner, conversationId: null };
      const bot = await bots.start({
        ...as('owner'),
        listPeople: () => Promise.resolve([owner, nameless]),
        findPerson: () => Promise.resolve(synced ? { displayName: 'Adele Vance', isGuest: false } : null),
        listAudit: ({}, { page, pageSize }) =>
          Promise.resolve({
            items: [
              { ...entry, action: 'role.set', target: id, before: null, after: 'viewer', result: 'done' },
            ],
            ...{ total: 1, page, pageSize },
          }),
      });
      const shown = async (verb: string) =>
        JSON.stringify((await bots.invoke(bot, verb, { v: 1, page: 0 })).value);
      assert.match(await shown('people.show'), /Name not known yet/);
      synced = true;
      assert.match(await shown('people.show'), /Adele Vance/);
      assert.match(await shown('audit.show'), /Role changed: [^"]*Adele Vance/);
    });

    it('the last owner stays, and the card too', async () => {
      const bot = await bots.start({
        ...as('owner'),
        setRole: () => Promise.reject(new AppError('last-owner')),
      });
      const answer = await bots.invoke(bot, 'people.remove', { v: 1, id: owner.objectId });
      assert.equal(answer.type, MESSAGE);
      assert.match(String(answer.value), /last owner/);
    });
  });
});

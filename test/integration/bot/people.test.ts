// Changing who may use Rollcall: the picker, its names, and the last owner.
import assert from 'node:assert/strict';
import { AppError } from '../../../services/index.ts';
import { as, owner, TENANT, useBots } from './use-bots.ts';

describe('people', () => {
  const bots = useBots();

  describe('people', () => {
    const id = '48d31887-5fad-4d73-a9f5-3c356e68a038';

    it('are added by the picker, by their object id alone', async () => {
      const set: unknown[] = [];
      const bot = await bots.start({
        ...as('owner'),
        listPeople: () =>
          Promise.resolve([owner, { ...owner, objectId: id, displayName: 'Adele Vance', role: 'admin' }]),
        setRole: ({ objectId, role }) => {
          set.push({ objectId, role });
          return Promise.resolve();
        },
      });
      const data = { v: 1, person: id.toUpperCase(), role: 'admin' };
      const answer = await bots.invoke(bot, 'people.add', data);
      assert.deepEqual(set, [{ objectId: id, role: 'admin' }]);
      assert.match(JSON.stringify(answer.value), /"Done".*Adele Vance/s);
    });

    it('are not added when nobody, nonsense, a guest or a stranger was picked: the card says why', async () => {
      for (const [person, code, words] of [
        ['', 'unexpected', /Nobody was picked/],
        ['nonsense', 'unexpected', /Nobody was picked/],
        [id, 'guest-refused', /Guests cannot use Rollcall/],
        [id, 'person-unknown', /Rollcall does not know this person.*say “hi”/s],
        [id, 'person-disabled', /disabled or deleted/],
      ] as const) {
        const bot = await bots.start({
          ...as('owner'),
          setRole: () => Promise.reject(new AppError(code)),
        });
        const answer = await bots.invoke(bot, 'people.add', { v: 1, person, role: 'viewer' });
        assert.match(JSON.stringify(answer.value), words);
        assert.match(JSON.stringify(answer.value), /people\.add/);
      }
    });

    it('who were picked before the first sync are named as soon as the directory knows them', async () => {
      const nameless = { ...owner, objectId: id, displayName: '', role: 'viewer' } as const;
      let synced = false;
      const entry = { id: 'e', tenantId: TENANT, at: owner.since, actor: owner, conversationId: null };
      const bot = await bots.start({
        ...as('owner'),
        listPeople: () => Promise.resolve([owner, nameless]),
        findPerson: () =>
          Promise.resolve(
            synced
              ? {
                  kind: 'known',
                  person: { objectId: id, displayName: 'Adele Vance', isGuest: false, isEnabled: true },
                }
              : { kind: 'unknown' },
          ),
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

    it('the last owner stays, and the card says so', async () => {
      const bot = await bots.start({
        ...as('owner'),
        setRole: () => Promise.reject(new AppError('last-owner')),
      });
      const answer = await bots.invoke(bot, 'people.remove', { v: 1, id: owner.objectId });
      assert.match(
        JSON.stringify(answer.value),
        /last owner.*Make somebody else an owner first.*Olga Owner/s,
      );
    });
  });
});

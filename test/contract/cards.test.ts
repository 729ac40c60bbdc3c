// What every card promises: it draws, looks as its golden says, is valid Adaptive Cards 1.5, asks only for verbs of the
// table, and lets no text from outside be read as anything but text. `UPDATE_GOLDEN=1` writes the goldens anew.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type * as Adaptive from 'adaptivecards';
import { CARDS } from '../../cards/index.ts';
import { MAX_CARD_BYTES, renderCard, type AdaptiveCard } from '../../cards/render-card.ts';
import { VERBS } from '../../cards/verbs.ts';
import { SCENES } from '../support/card-scenes.ts';

const GOLDEN = 'test/golden/cards';
// The package's ES module does not load in Node.
const load = createRequire(import.meta.url);
const adaptive: typeof Adaptive = load('adaptivecards/dist/adaptivecards.js');

/** Teams docs, "People Picker in Adaptive Cards": cards of 1.5 may have it; other clients show the static choices. */
const PEOPLE_PICKER = 'Property "choices.data" is supported in version 1.6, but you are using version 1.5.';

type Json = Readonly<Record<string, unknown>>;

/** Every object of a card, parents before children. */
function* objectsOf(node: unknown): Generator<Json> {
  if (Array.isArray(node)) {
    for (const item of node) yield* objectsOf(item);
  } else if (typeof node === 'object' && node !== null) {
    yield node as Json;
    for (const value of Object.values(node)) yield* objectsOf(value);
  }
}

/** What the official object model finds wrong with a card when it may use 1.5 and no more. */
function problemsOf(json: AdaptiveCard): string[] {
  const card = new adaptive.AdaptiveCard();
  const context = new adaptive.SerializationContext(adaptive.Versions.v1_5);
  card.parse(json, context);
  const parsing = Array.from({ length: context.eventCount }, (_, index) => context.getEventAt(index).message);
  const { validationEvents } = card.validateProperties();
  return [...parsing, ...validationEvents.map((event) => event.message)].filter(
    (message) => message !== PEOPLE_PICKER,
  );
}

const scenes = Object.entries(SCENES).map(([name, view]) => ({
  name,
  view,
  json: renderCard(view.card, view.data),
}));

describe('cards', () => {
  it('are each shown by at least one scene', () => {
    const shown = new Set(scenes.map(({ view }) => view.card));
    assert.deepEqual(
      Object.keys(CARDS).filter((name) => ![...shown].some((card) => card === name)),
      [],
    );
  });

  it('have no golden without a scene', () => {
    mkdirSync(GOLDEN, { recursive: true });
    const orphans = readdirSync(GOLDEN).filter((file) => !(file.replace(/\.json$/, '') in SCENES));
    assert.deepEqual(orphans, []);
  });

  it('would be found out by the check when they were not valid', () => {
    const card = (element: Json): AdaptiveCard => ({ type: 'AdaptiveCard', version: '1.5', body: [element] });
    for (const wrong of [
      { type: 'ProgressBar', value: 1 },
      { type: 'TextBlock', text: 'x', size: 'Enormous' },
      { type: 'Input.Text' },
    ]) {
      assert.notDeepEqual(problemsOf(card(wrong)), [], wrong.type);
    }
    assert.deepEqual(problemsOf(card({ type: 'TextBlock', text: 'x' })), []);
  });

  for (const { name, view, json } of scenes) {
    describe(name, () => {
      it('looks as its golden says', () => {
        const path = `${GOLDEN}/${name}.json`;
        const drawn = `${JSON.stringify(json, null, 1)}\n`;
        if (process.env.UPDATE_GOLDEN === '1') writeFileSync(path, drawn);
        assert.ok(existsSync(path), `${path} is missing: look at the card, then run with UPDATE_GOLDEN=1`);
        assert.equal(drawn, readFileSync(path, 'utf8'));
      });

      it('is valid Adaptive Cards 1.5', () => assert.deepEqual(problemsOf(json), []));

      it('is small enough', () => assert.ok(Buffer.byteLength(JSON.stringify(json)) <= MAX_CARD_BYTES));

      it('asks only for verbs of the table, with their data, and works without universal actions', () => {
        for (const action of objectsOf(json)) {
          if (action.type !== 'Action.Execute') continue;
          const verb = CARDS[view.card].verbs.find((one) => one === action.verb);
          assert.ok(verb !== undefined, `${String(action.verb)} is not a verb of ${view.card}`);
          VERBS[verb].strict().parse(action.data);
          assert.deepEqual((action.fallback as Json).data, { verb, ...(action.data as Json) });
        }
      });

      it('has text from outside only where no client reads Markdown', () => {
        const outside = /evil|<b>|<script|\$\{|Maximilian|Second \|/;
        for (const element of objectsOf(json)) {
          if (element.type !== 'TextBlock') continue;
          assert.ok(!outside.test(String(element.text)), `TextBlock: ${String(element.text)}`);
        }
      });

      it('has at most one main action', () => {
        const main = [...objectsOf(json.actions)].filter(
          (action) => action.type === 'Action.Execute' && action.style !== 'default',
        );
        assert.ok(main.length <= 1);
      });

      it('shows no raw ids', () => {
        for (const element of objectsOf(json)) {
          if (element.type !== 'TextBlock' && element.type !== 'TextRun') continue;
          // A correlation id is for Microsoft's sign-in logs, and says so.
          assert.doesNotMatch(
            String(element.text).replace(/correlation id \S+/, ''),
            /object-|run-\d|[0-9a-f]{8}-[0-9a-f]{4}|undefined|null|NaN/,
          );
        }
      });
    });
  }
});

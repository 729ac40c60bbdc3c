// The program behind `npm run keys`: `new` prints a key, `check` looks whether the keys of the settings open everything,
// `rotate` encrypts everything with the first one. Composition and words only; never prints a key that is in use.
import { createAmbient } from './ambient.ts';
import { parseKeySettings } from './config.ts';
import { checkKeys, explainKeys } from './credentials/check-keys.ts';
import { createKeyring, makeTokenKey } from './credentials/keyring.ts';
import { rotateKeys } from './credentials/rotate-keys.ts';
import { ERRORS, toAppError } from './errors.ts';
import { createLog } from './log.ts';
import { createStore } from './store/create-store.ts';

/** sysexits.h: EX_USAGE, EX_CONFIG. */
const EXIT_USAGE = 64;
const EXIT_CONFIG = 78;

const USAGE = `npm run keys -- new      prints a new key for ROLLCALL_TOKEN_KEYS
npm run keys -- check    looks whether the keys of the settings open everything that is kept
npm run keys -- rotate   encrypts everything that is kept with the first key, while Rollcall runs
`;

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const complain = (text: string): void => void process.stderr.write(`${text}\n`);

process.exitCode = await run(process.argv[2] ?? '');

async function run(command: string): Promise<number> {
  const ambient = createAmbient();
  if (command === 'new') {
    say(makeTokenKey(ambient.clock.now()));
    return 0;
  }
  if (command !== 'check' && command !== 'rotate') {
    complain(USAGE.trimEnd());
    return EXIT_USAGE;
  }
  const settings = parseKeySettings(process.env);
  if (!settings.ok) {
    for (const { name, problem } of settings.problems) complain(`${name} ${problem}`);
    return EXIT_CONFIG;
  }
  const keyring = createKeyring(settings.tokenKeys);
  const store = createStore({ uri: settings.mongodbUri, log: createLog('error'), ...ambient });
  try {
    return command === 'rotate'
      ? await rotate(store.credentials, keyring)
      : await check(store.credentials, keyring);
  } catch (error) {
    const { code, kind } = toAppError(error);
    complain(`${ERRORS[code].text} ${ERRORS[code].remedy}`);
    return kind === 'config' ? EXIT_CONFIG : 1;
  } finally {
    await store.close();
  }
}

type Credentials = Parameters<typeof rotateKeys>[0];
type Ring = Parameters<typeof rotateKeys>[1];

async function check(credentials: Credentials, keyring: Ring): Promise<number> {
  const report = await checkKeys(credentials, keyring);
  const problem = explainKeys(report);
  if (problem === null) say(`All ${report.good} kept sign-ins open with the keys of the settings.`);
  else complain(problem);
  return problem === null ? 0 : EXIT_CONFIG;
}

async function rotate(credentials: Credentials, keyring: Ring): Promise<number> {
  const { rotated, untouched, failed } = await rotateKeys(credentials, keyring);
  say(
    `${rotated} kept sign-ins are encrypted with "${keyring.firstKeyId ?? ''}" now, ${untouched} were before.`,
  );
  for (const { id, keyId, code } of failed)
    complain(`Credential ${id}, key "${keyId}": ${ERRORS[code].text} ${ERRORS[code].remedy}`);
  const { usedKeyIds } = await checkKeys(credentials, keyring);
  const inUse = usedKeyIds.map((id) => `"${id}"`).join(', ') || 'none';
  say(
    `Keys in use: ${inUse}. Others may leave ROLLCALL_TOKEN_KEYS ten minutes after the last bot started with this list.`,
  );
  return failed.length === 0 ? 0 : EXIT_CONFIG;
}

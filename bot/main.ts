// Composition root: settings, services, adapter, server, signals. No logic.
import {
  createAmbient,
  createLog,
  openServices,
  parseConfig,
  type Config,
  type Log,
  type Services,
} from '../services/index.ts';
import { createAdapter } from './adapter.ts';
import { createCallback } from './callback.ts';
import { createChannelGate } from './channel-auth.ts';
import { createConnectCards } from './connect-cards.ts';
import { startDeliveringNotices } from './deliver-notices.ts';
import { createDispatch } from './dispatch.ts';
import { createNotify } from './notify.ts';
import { createRunCards } from './run-cards.ts';
import { startServer } from './server.ts';
import { createTeamsBot } from './teams-bot.ts';

/** sysexits.h: EX_CONFIG. A restart does not help. */
const EXIT_CONFIG = 78;
const SERVICES_STOP_WITHIN_MS = 12_000;
const STOP_WITHIN_MS = 20_000;

const settings = parseConfig(process.env);
if (settings.ok) await start(settings.config);
else {
  process.stderr.write('Rollcall cannot start. Correct these settings and start it again:\n');
  for (const { name, problem } of settings.problems) process.stderr.write(`  ${name} ${problem}\n`);
  process.exitCode = EXIT_CONFIG;
}

async function start(config: Config): Promise<void> {
  const ambient = createAmbient();
  const log = createLog(config.logLevel);
  process.on('uncaughtException', (error) => log.error('uncaught', {}, error));
  process.on('unhandledRejection', (error) => log.error('unhandled-rejection', {}, error));

  let stopping = false;
  const isStopping = () => stopping;
  const services = await openServices({ config, ambient, log });
  const adapter = createAdapter(config, ambient, log);
  const rim = { services, notify: createNotify(adapter, config), ambient, log };
  const runCards = createRunCards(rim);
  const connectCards = createConnectCards(rim);
  const { allowedTenants } = config;
  const dispatch = createDispatch({ services, runCards, connectCards, allowedTenants, ambient, isStopping });
  const signIns = connectCards.start();
  const server = await listen(config, log, services, {
    gate: createChannelGate(config, ambient, log, services),
    adapter,
    bot: createTeamsBot({ dispatch, services, ambient, log }),
    services,
    callback: createCallback({ services, clock: ambient.clock, isStopping, onNews: signIns.now, log }),
    isStopping,
    log,
  });
  const looking = [signIns, runCards.startCorrecting(), startDeliveringNotices(rim)];
  if (!config.channel.authentication)
    log.warn('channel-authentication-off', { host: config.host ?? '', means: 'nobody is checked' });
  // A wrong key is said in the log now, not when the first token is needed.
  void services.checkHealth();
  log.info('listening', { port: server.port, host: config.host ?? 'all' });

  const stop = async (signal: string) => {
    if (stopping) return;
    stopping = true;
    log.info('stopping', { signal });
    setTimeoutToExit(log);
    for (const one of looking) one.stop();
    await Promise.all([connectCards.settle(), ...looking.map((one) => one.settle())]);
    await Promise.all([server.close(), services.close(SERVICES_STOP_WITHIN_MS)]);
    await Promise.all([runCards.settle(), connectCards.settle()]);
    log.info('stopped');
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop(signal));

  /** What does not end in time is ended: it repairs itself at the next start. */
  function setTimeoutToExit(logLate: Log): void {
    void ambient.clock.sleep(STOP_WITHIN_MS).then(() => {
      logLate.warn('stopped-late');
      process.exit(1);
    });
  }
}

/** A port that is taken is a setting to correct. */
async function listen(
  config: Config,
  log: Log,
  services: Services,
  parts: Parameters<typeof startServer>[0],
): ReturnType<typeof startServer> {
  try {
    return await startServer(parts, config.port, config.host);
  } catch (error) {
    log.error('cannot-listen', { port: config.port, host: config.host ?? 'all' }, error);
    await services.close(0);
    return process.exit(EXIT_CONFIG);
  }
}

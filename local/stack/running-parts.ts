// Keeps the parts that have been started, so that they stop together, in the reverse order.
import type { PartName, Parts } from './parts.ts';
import { spawnPart, type Running, type SpawnOptions } from './spawn-part.ts';

export interface RunningParts {
  readonly database?: Running<'database'>;
  readonly tenant: Running<'tenant'>;
  readonly chat: Running<'chat'>;
}

/** `onEnded` is told which part ended without having been asked to. */
export function createParts(spawning: SpawnOptions, onEnded: (name: PartName) => void) {
  const started: { stop(): Promise<void> }[] = [];
  let stopping = false;
  const byName: { -readonly [Name in PartName]?: Running<Name> } = {};

  return {
    start: async <Name extends PartName>(
      name: Name,
      options: Parts[Name]['options'],
    ): Promise<Running<Name>> => {
      const part = await spawnPart(name, options, spawning);
      started.push(part);
      void part.gone.then(() => {
        if (!stopping) onEnded(name);
      });
      Object.assign(byName, { [name]: part });
      return part;
    },
    /** All of them; throws when tenant or chat have not been started. */
    running: (): RunningParts => {
      const { database, tenant, chat } = byName;
      if (!tenant || !chat) throw new Error('The tenant and the chat must be started first');
      return { tenant, chat, ...(database ? { database } : {}) };
    },
    stop: async (): Promise<void> => {
      stopping = true;
      for (const part of started.splice(0).reverse()) await part.stop();
    },
  };
}

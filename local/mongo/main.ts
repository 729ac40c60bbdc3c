// The database on its own: node --import tsx local/mongo/main.ts --data DIR --port N
// Prints the connection string on standard output, everything else on standard error, and runs until it is told to end.
import { parseArgs } from 'node:util';
import { dataDir } from '../places.ts';
import { openDatabase } from './open-database.ts';

const { values } = parseArgs({
  options: {
    data: { type: 'string', default: dataDir('database') },
    port: { type: 'string', default: '27117' },
  },
});

try {
  const database = await openDatabase({
    dataDir: values.data,
    port: Number(values.port),
    say: (line) => console.error(line),
  });
  let isStopping = false;
  const stop = () => {
    if (isStopping) return;
    isStopping = true;
    void database.stop().finally(() => process.exit());
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  console.log(database.uri);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

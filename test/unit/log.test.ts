// Log lines: JSON, one event each, fields beside it, errors described and nothing secret in them.
import assert from 'node:assert/strict';
import { AppError } from '../../services/errors.ts';
import { createLog, type LogLevel } from '../../services/log.ts';
import { createSecret } from '../../services/secret.ts';

function openLog(level: LogLevel = 'debug') {
  const lines: string[] = [];
  const log = createLog(level, { write: (line: string) => void lines.push(line) });
  const parsed = () =>
    lines.map((line) => {
      const fields: Record<string, unknown> = JSON.parse(line);
      return fields;
    });
  return { log, lines, parsed };
}

describe('the log', () => {
  it('writes one JSON object with time, level, event and fields on each line', () => {
    const { log, lines, parsed } = openLog();
    log.info('run.started', { users: 3, note: null });
    assert.equal(lines.length, 1);
    assert.ok(lines[0]?.endsWith('}\n'));
    const [line] = parsed();
    assert.match(String(line?.time), /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    assert.deepEqual(
      { ...line, time: 0 },
      { time: 0, level: 'info', event: 'run.started', users: 3, note: null },
    );
  });

  it('leaves out what is below its level', () => {
    const { log, parsed } = openLog('warn');
    log.debug('a');
    log.info('b');
    log.warn('c');
    log.error('d');
    assert.deepEqual(
      parsed().map(({ event, level }) => [event, level]),
      [
        ['c', 'warn'],
        ['d', 'error'],
      ],
    );
  });

  it('adds bound fields to every line, and leaves the log that they were bound to alone', () => {
    const { log, parsed } = openLog();
    log.with({ runId: 'r1' }).with({ turnId: 't1' }).debug('a', { n: 1 });
    log.debug('b');
    const [first, second] = parsed();
    assert.deepEqual([first?.runId, first?.turnId, first?.n], ['r1', 't1', 1]);
    assert.equal(second?.runId, undefined);
  });

  it('describes our errors by code, kind, details and cause', () => {
    const { log, parsed } = openLog();
    log.error(
      'sync.failed',
      { stage: 'reading' },
      new AppError('graph-timeout', { page: 2 }, new Error('late')),
    );
    const [line] = parsed();
    assert.deepEqual(
      [line?.code, line?.kind, line?.page, line?.cause, line?.stage],
      ['graph-timeout', 'transient', 2, 'Error: late', 'reading'],
    );
  });

  it('describes foreign errors by class, message and stack, other thrown things by type only', () => {
    const { log, parsed } = openLog();
    log.warn('a', {}, new TypeError('no'));
    log.warn('b', {}, 'a text that may hold anything');
    const [first, second] = parsed();
    assert.equal(first?.errorName, 'TypeError');
    assert.equal(first.errorMessage, 'no');
    assert.match(String(first.stack), /log\.test/);
    assert.equal(second?.errorName, 'string');
    assert.ok(!JSON.stringify(second).includes('anything'));
  });

  it('does not let the details of an error hide its code', () => {
    const { log, parsed } = openLog();
    log.error('sync.failed', {}, new AppError('unexpected', { code: 'other', kind: 'other' }));
    assert.deepEqual([parsed()[0]?.code, parsed()[0]?.kind], ['unexpected', 'bug']);
  });

  it('does not print secrets', () => {
    const { log, lines } = openLog();
    log.info('settings', { uri: createSecret('hush'), all: [createSecret('hush')] });
    assert.doesNotMatch(lines.join(), /hush/);
    assert.match(lines.join(), /\[secret\]/);
  });
});

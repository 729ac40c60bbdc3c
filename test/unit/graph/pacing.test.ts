import assert from 'node:assert/strict';
import sinon from 'sinon';
import { createAmbient } from '../../../services/ambient.ts';
import { createGraphHttp } from '../../../services/graph/graph-http.ts';
import { createPacing } from '../../../services/graph/pacing.ts';
import {
  answerWith,
  createScriptedWeb,
  createSteppingClock,
  quietLog,
  refuseWith,
} from '../../support/scripted-web.ts';
import { GRAPH, signal, TENANT } from './scripted-graph.ts';

describe('graph: the pace of a tenant', () => {
  it('keeps the longest pause that anybody asked for', async () => {
    const clock = createSteppingClock();
    const pacing = createPacing(clock);
    pacing.pause(5000);
    pacing.pause(1000);
    await pacing.wait(signal());
    await pacing.wait(signal());
    assert.deepEqual(clock.waits, [5000]);
  });

  it('counts the time in which anything fails once, however much fails', async () => {
    const clock = createSteppingClock();
    const pacing = createPacing(clock);
    const endFirst = pacing.startTrouble();
    const endSecond = pacing.startTrouble();
    await clock.sleep(1000);
    endFirst();
    endFirst();
    await clock.sleep(1000);
    assert.equal(pacing.troubleMs(), 2000);
    endSecond();
    await clock.sleep(1000);
    assert.equal(pacing.troubleMs(), 2000);
  });

  describe('when one request is throttled', () => {
    let timers: sinon.SinonFakeTimers;
    beforeEach(() => {
      timers = sinon.useFakeTimers();
    });
    afterEach(() => {
      timers.restore();
    });

    it('all others wait with it', async () => {
      const web = createScriptedWeb((_, index) =>
        index === 0
          ? refuseWith(429, 'TooManyRequests', { 'Retry-After': '10' })
          : answerWith(200, { value: [] }),
      );
      const ambient = { ...createAmbient(), random: { next: () => 0 } };
      const tokens = { accessToken: () => Promise.resolve('t'), invalidate: () => undefined };
      const http = createGraphHttp({
        graphUrl: GRAPH,
        tenantId: TENANT,
        tokens,
        web,
        ambient,
        log: quietLog(),
      });
      const throttled = http.get('/users', {}, signal());
      await timers.tickAsync(10);
      const other = http.get('/groups', {}, signal());
      await timers.tickAsync(9000);
      assert.equal(web.requests.length, 1);
      await timers.tickAsync(1000);
      await Promise.all([throttled, other]);
      assert.equal(web.requests.length, 3);
    });
  });
});

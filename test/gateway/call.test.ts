import { EventEmitter } from 'node:events';
import { status } from '@grpc/grpc-js';
import { expect, onTestFinished, test } from 'vitest';
import { followCall } from '../../src/gateway/call.ts';

function follow() {
  const incoming = Object.assign(new EventEmitter(), { getDeadline: () => Number.POSITIVE_INFINITY });
  const call = followCall(incoming);
  onTestFinished(() => call.end());
  return { incoming, call };
}

test('a call whose caller gives up aborts, saying so', () => {
  const { incoming, call } = follow();

  incoming.emit('cancelled');

  expect(call.signal.reason).toMatchObject({ code: status.CANCELLED });
});

test('a call that has ended is not given up any more', () => {
  const { incoming, call } = follow();

  call.end();
  incoming.emit('cancelled');

  expect(call.signal.aborted).toBe(false);
});

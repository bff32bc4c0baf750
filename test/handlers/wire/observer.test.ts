import { expect, test } from 'vitest';
import { createInFlight } from '../../../handlers/wire/in-flight.ts';
import { observedReact } from '../../../handlers/wire/observer.ts';
import { createReact, type React } from '../../../handlers/wire/react.ts';
import { createReplyToErrors } from '../../../handlers/wire/reply-to-errors.ts';
import { createLogger } from '../../../src/logger.ts';
import { REQUESTS } from '../../../src/ops/labels.ts';

/** The real wrapper, with nobody around it, and what an observer heard of it. */
function given() {
  const log = createLogger({ level: 'silent', destination: { write: () => undefined } });
  const heard: { readonly request: string; readonly tookMs: number }[] = [];
  const react = createReact({
    responder: { respond: async () => undefined },
    tell: async () => undefined,
    inFlight: createInFlight({ perPerson: 10, inAll: 10 }),
    replyToError: createReplyToErrors(log),
    log,
    refuse: async () => undefined,
  });
  const acknowledged = (request: string, tookMs: number) => void heard.push({ request, tookMs });
  const observer = { acknowledged, called: () => undefined, turnedAway: () => undefined };
  return { react: observedReact(react, observer), heard };
}

const nobody = async () => expect.unreachable('nothing of this can be read');

/** Something that cannot be read, brought to every method. */
const BRINGING: Readonly<Record<keyof React, (react: React, ack: () => Promise<void>) => Promise<void>>> = {
  command: (react, ack) => react.command({}, ack, nobody),
  click: (react, ack) => react.click({}, ack, nobody),
  shortcut: (react, ack) => react.shortcut({}, ack, nobody),
  messageShortcut: (react, ack) => react.messageShortcut({}, ack, nobody),
  submission: (react, ack) => react.submission({}, ack, nobody),
  closing: (react, ack) => react.closing({}, ack, nobody),
  suggestion: (react, ack) => react.suggestion({}, ack, nobody),
  homeOpened: (react, ack) => react.homeOpened({}, ack, nobody),
  unknown: (react, ack) => react.unknown({}, ack, 'this button'),
  unreadable: (react, ack) => react.unreadable({}, ack),
};

test('every kind of thing that Slack sends is timed until it is acknowledged, under a label of its own', async () => {
  const { react, heard } = given();
  const acknowledgements: string[] = [];

  for (const [kind, bring] of Object.entries(BRINGING)) {
    await bring(react, async () => void acknowledgements.push(kind));
  }

  expect(Object.keys(react).toSorted()).toEqual(Object.keys(BRINGING).toSorted());
  expect(acknowledgements).toEqual(Object.keys(BRINGING));
  expect(heard).toHaveLength(acknowledgements.length);
  expect(heard.map(({ request }) => request).toSorted()).toEqual(REQUESTS.filter((one) => one !== 'other').toSorted());
  for (const { tookMs } of heard) expect(tookMs).toBeGreaterThanOrEqual(0);
});

test('what goes with the acknowledgement is passed on', async () => {
  const { react } = given();
  const said: unknown[] = [];

  await react.suggestion({}, async (offered) => void said.push(offered), nobody);

  expect(said).toEqual([{ options: [] }]);
});

test('an acknowledgement that does not go out is not counted', async () => {
  const { react, heard } = given();

  await react.unreadable({}, async () => Promise.reject(new Error('the connection is gone')));

  expect(heard).toEqual([]);
});

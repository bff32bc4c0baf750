import { describe, expect, test, vi } from 'vitest';
import type { Slack } from '../../../sandbox/slack/slack.ts';
import type { View } from '../../../sandbox/slack/views.ts';
import { newPlanId, reference } from '../../../src/revocation/ids.ts';
import type { RotationSettings } from '../../../src/revocation/rotating/rotation.ts';
import { samplePlan, sampleToken } from '../../revocation/samples.ts';
import { sampleEntry } from '../../store/samples.ts';
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts';
import { confirm, planFor } from '../../support/operator.ts';
import { type StartOptions, startBot } from '../../support/start-bot.ts';
import { textsIn } from '../messages/slack-takes.ts';

const FREEZERS = { bot: { freeze: { users: ['U0BOB00001'], usergroups: [] } } };
const ALICE = { user: 'U0ALICE001', team: 'T0EXAMPLE1' };

const textOf = (view: View | undefined) =>
  view?.content.blocks.map((block) => textsIn(block).join('')).join('\n') ?? '';

function buttonsOf(view: View) {
  return view.content.blocks.flatMap((block) =>
    block.type === 'actions'
      ? block.elements.flatMap((one) =>
          one.type === 'button'
            ? [{ text: one.text.text, blockId: `${block.block_id}`, actionId: `${one.action_id}` }]
            : [],
        )
      : [],
  );
}

interface Stage {
  readonly slack: Slack;
  readonly clock?: FakeClock;
}

/** A bot whose clock goes on while somebody waits for a Home. */
async function start(options: StartOptions = {}) {
  const clock = createFakeClock();
  return Object.assign(await startBot({ clock, transport: 'socket', ...options }), { clock });
}

/** Lets time pass until this holds. */
async function eventually<T>({ clock }: Stage, look: () => T): Promise<T> {
  const passing = () => {
    clock?.advance(200);
    return look();
  };
  return vi.waitFor(passing, { timeout: 20_000, interval: 20 });
}

/** This person's Home, as soon as it says this. */
function homeOf(stage: Stage, words: RegExp, user = 'alice'): Promise<View> {
  return eventually(stage, () => {
    const view = stage.slack.surfaces.home(user);
    expect(textOf(view)).toMatch(words);
    if (!view) throw new Error('nothing was published');
    return view;
  });
}

async function opened(stage: Stage, user = 'alice'): Promise<View> {
  await stage.slack.surfaces.openHome(user);
  return homeOf(stage, /InfluxDB tokens/, user);
}

/** Clicks the button with this text in a Home. */
async function click(slack: Slack, view: View, text: string) {
  const button = buttonsOf(view).find((one) => one.text === text);
  if (!button) throw new Error(`No button ${text} in:\n${textOf(view)}`);
  return slack.surfaces.useOnView(view, button);
}

/** The next direct message to this person that says this. */
const told = (slack: Slack, words: RegExp) => slack.nextMessage((one) => words.test(one.plainText()));

describe('when it is opened', () => {
  test('it says who this is, what they may do and by which rule, and that nothing waits', async () => {
    const stage = await start();

    const text = textOf(await opened(stage));

    expect(text).toContain('You are  (U0ALICE001), in workspace T0EXAMPLE1.');
    expect(text).toContain('default: you may revoke tokens, not with --force, by the rule start.usergroups S0ONCALL01');
    expect(text).toContain('Nothing waits for your click');
  });

  test('its button opens the dialog', async () => {
    const stage = await start();
    const { slack } = stage;

    await click(slack, await opened(stage), 'Revoke tokens…');

    await eventually(stage, () => expect(slack.surfaces.modals('alice')).toHaveLength(1));
  });

  test.each([
    ['mallory', /default: nothing\. You are not on the list of people who may revoke tokens.+oncall/],
    ['guest', /^InfluxDB tokens\nYou are \. Guests cannot revoke tokens\. Ask a full member of this workspace\.$/],
    ['partner', /^InfluxDB tokens\nYou are \. People of other workspaces cannot revoke tokens here\.$/],
  ])('%s, who may not, reads why, and is offered nothing', async (user, why) => {
    const stage = await start();

    const view = await opened(stage, user);

    expect(textOf(view)).toMatch(why);
    expect(buttonsOf(view)).toEqual([]);
  });

  test('with another tab nothing is published, and nobody who opened nothing has one', async () => {
    const stage = await start({ transport: 'http' });
    const { slack, live } = stage;
    const home = await opened(stage);
    const body = { type: 'event_callback', team_id: ALICE.team, event_id: 'Ev1', token: 'x', api_app_id: 'A0INFLUX01' };
    const event = { type: 'app_home_opened', user: 'U0CAROL001', channel: 'D0CAROL001', tab: 'messages' };
    await slack.deliverRaw(JSON.stringify({ ...body, event }), { headers: { 'content-type': 'application/json' } });

    await planFor(slack, live.slice(0, 1));
    await homeOf(stage, /1 plan waiting for your click/);

    expect(home.person).toBe(ALICE.user);
    expect(slack.surfaces.home('carol')).toBeUndefined();
    expect(slack.surfaces.home('bob')).toBeUndefined();
  });

  test('over HTTP, Slack’s question whether the address is the bot’s is answered', async () => {
    const stage = await start({ transport: 'http' });
    const { slack } = stage;
    const question = JSON.stringify({ type: 'url_verification', challenge: 'c4a11e', token: 'x' });

    const answer = await slack.deliverRaw(question, { headers: { 'content-type': 'application/json' } });

    expect([answer.status, answer.body]).toEqual([200, JSON.stringify({ challenge: 'c4a11e' })]);
  });
});

describe.each(['http', 'socket'] as const)('over %s, a plan', (transport) => {
  test('is there with its buttons; revoked from there, the result comes by direct message and the Home follows', async () => {
    const stage = await start({ transport });
    const { slack, live, cluster } = stage;
    await opened(stage);
    await planFor(slack, live.slice(0, 2));
    const home = await homeOf(stage, /1 plan waiting for your click\n.+2 tokens will be revoked/s);

    const ack = await click(slack, home, 'Revoke 2 tokens');
    const result = await told(slack, /2 revoked/);
    const after = await homeOf(
      stage,
      /Nothing waits for your click.+Recent revocations\nR-\w+ on default, : 2 revoked/s,
    );

    expect(ack.status).toBe(200);
    expect(result.channel).toBe(slack.workspace.directMessages('alice').id);
    expect(buttonsOf(after).map(({ text }) => text)).toEqual(['Revoke tokens…']);
    expect([...cluster.deletes].sort()).toEqual(
      live
        .slice(0, 2)
        .map(({ id }) => id)
        .sort(),
    );
  });
});

test('cancelled there, the answer comes by direct message', async () => {
  const stage = await start();
  const { slack, live } = stage;
  await opened(stage);
  await planFor(slack, live.slice(0, 1));
  const home = await homeOf(stage, /1 plan waiting/);

  await click(slack, home, 'Cancel');
  const answer = await told(slack, /Cancelled\. Nothing was revoked\./);
  await homeOf(stage, /Nothing waits for your click/);

  expect(answer.channel).toBe(slack.workspace.directMessages('alice').id);
});

test('where the name of the profile has to be typed, the red button there asks for it too', async () => {
  const stage = await start({ policy: { typeToConfirm: { wildcardWrite: false, above: 0 } } });
  const { slack, live, cluster } = stage;
  await opened(stage);
  await planFor(slack, live.slice(0, 1));

  await click(slack, await homeOf(stage, /1 plan waiting/), 'Revoke 1 token');
  await eventually(stage, () => expect(slack.surfaces.modals('alice')).toHaveLength(1));

  expect(slack.surfaces.modals('alice')[0]?.content.callback_id).toBe('confirm_by_name');
  expect(cluster.deletes).toEqual([]);
});

test('a running revocation is there, moves on by itself, and Stop the rest stops it', async () => {
  const stage = await start({ profile: { concurrency: 1 } });
  const { slack, live, cluster } = stage;
  const fault = cluster.fault({ method: 'DELETE', times: Number.POSITIVE_INFINITY }, { kind: 'hang' });
  await opened(stage);
  await slack.click(await planFor(slack, live.slice(0, 12)), 'Revoke');

  const home = await homeOf(stage, /1 revocation running\n.+Running: 0 of 12 tokens done/s);
  await click(slack, home, 'Stop the rest');
  await homeOf(stage, /Running: \d+ of 12 tokens done[^\n]+10 not sent.+Stopped\. What is under way/s);
  fault.release();
  const ended = await homeOf(stage, /Recent revocations\nR-\w+ on default, : .*10 not sent · stopped by/);

  expect(textOf(ended)).not.toContain('running');
});

test('a freeze shows in every Home, and its end too', async () => {
  const stage = await start(FREEZERS);
  const { slack, live } = stage;
  await Promise.all([opened(stage), opened(stage, 'carol')]);
  await planFor(slack, live.slice(0, 1));
  await homeOf(stage, /1 plan waiting/);

  await (await slack.command('/influx', 'freeze drill', { user: 'bob' })).answer();
  const [frozen] = await Promise.all([
    homeOf(stage, /^InfluxDB tokens\n🧊 Frozen by .+: drill\./),
    homeOf(stage, /^InfluxDB tokens\n🧊 Frozen by .+: drill\./, 'carol'),
  ]);
  await (await slack.command('/influx', 'unfreeze', { user: 'bob' })).answer();
  const thawed = await homeOf(stage, /^InfluxDB tokens\n(?!🧊)/);

  expect(buttonsOf(frozen).map(({ text }) => text)).toEqual(['Revoke tokens…', 'Cancel']);
  expect(buttonsOf(thawed).map(({ text }) => text)).toEqual(['Revoke tokens…', 'Revoke 1 token', 'Cancel']);
});

test('a plan whose time is over leaves by itself, and a late click on it is answered', async () => {
  const stage = await start();
  const { slack, live, cluster } = stage;
  await opened(stage);
  await planFor(slack, live.slice(0, 1));
  const home = await homeOf(stage, /1 plan waiting/);

  stage.clock.advance(900_000);
  await homeOf(stage, /Nothing waits for your click/);
  await click(slack, home, 'Revoke 1 token');

  await told(slack, /This plan has expired\. Nothing was revoked\./);
  expect(cluster.deletes).toEqual([]);
});

test('an outcome that is unknown needs attention', async () => {
  const stage = await start();
  const { store } = stage;
  const plan = samplePlan({
    id: newPlanId(),
    requester: { ...ALICE, channel: 'C0INC04711' },
    state: 'confirmed',
    createdAt: new Date(),
  });
  const token = sampleToken(7);
  await store.transaction(async (t) => {
    await t.addPlan(plan, sampleEntry('asked'));
    await t.addRevocation({ id: plan.id, state: 'attention', createdAt: plan.createdAt, finishedAt: new Date() }, [
      {
        ...{ revocationId: plan.id, profile: 'default', tokenId: token.id, state: 'done', attempt: 6, fence: 6 },
        ...{ runAt: plan.createdAt, sent: true, lost: true, outcome: 'unknown', note: 'no answer', status: '' },
        doneAt: new Date(),
      },
    ]);
  });

  const text = textOf(await opened(stage));

  expect(text).toContain('1 token with an unknown or failed outcome in the last 7 days.');
  expect(text).toContain(`00000007 on default, of ${reference(plan.id)}: unknown (no answer)`);
});

describe('what is left to rotate', () => {
  const rotation: RotationSettings = {
    remindAfterMs: [900_000],
    giveUpAfterMs: 86_400_000,
    owners: [{ description: '*', users: ['U0BOB00001'], usergroups: [] }],
  };

  test('is in the Homes of who had it revoked and of who looks after it, until somebody says that it is done', async () => {
    const stage = await start({ bot: { rotation } });
    const { slack, live } = stage;
    await Promise.all([opened(stage), opened(stage, 'bob')]);

    await confirm(slack, await planFor(slack, live.slice(0, 1)));
    const message = await told(slack, /To rotate/);
    const open = /1 revocation whose clients may still need new tokens\.\nR-\w+ on default, : 1 open/;
    await homeOf(stage, open);
    await slack.surfaces.openHome('bob');
    await homeOf(stage, open, 'bob');
    await slack.click(message, 'Rotated');

    await homeOf(stage, /Nothing waits for your click\nRecent revocations/);
  });
});

describe('what others do', () => {
  test('a click in a view on somebody else’s plan is refused by direct message', async () => {
    const stage = await start();
    const { slack, live, cluster, audit } = stage;
    await Promise.all([opened(stage), opened(stage, 'carol')]);
    await planFor(slack, live.slice(0, 1));
    const ofAlice = await homeOf(stage, /1 plan waiting/);

    await click(slack, { ...ofAlice, person: 'U0CAROL001' }, 'Revoke 1 token');
    const answer = await told(slack, /Only the person who asked can confirm this\./);

    expect(answer.channel).toBe(slack.workspace.directMessages('carol').id);
    expect(cluster.deletes).toEqual([]);
    expect(audit().find(({ action }) => action === 'click refused')?.actor).toBe('U0CAROL001');
  });

  test('a plan of a profile that names channels can be decided there, since it was asked for in one of them', async () => {
    const stage = await start({ policy: { channels: ['C0INC04711'] } });
    const { slack, live } = stage;
    const first = await opened(stage);
    await planFor(slack, live.slice(0, 1));
    const home = await homeOf(stage, /1 plan waiting/);

    await click(slack, home, 'Revoke 1 token');
    await told(slack, /1 revoked/);

    expect(JSON.stringify(first.content.blocks)).toMatch(/only in.+"channel_id":"C0INC04711"/);
  });
});

describe('how often, and in spite of what', () => {
  test('one person’s Home is published once in three seconds at most, and the last change is always there', async () => {
    const stage = await start();
    const { slack, live } = stage;
    await opened(stage);

    for (const token of live.slice(0, 8)) await planFor(slack, [token]);
    await homeOf(stage, /8 plans waiting/);

    const times = slack.requests('views.publish').map(({ at }) => at.getTime());
    const pauses = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(3_000);
  });

  test('while Slack takes no Home nothing waits for it, one line says so, and it is made good', async () => {
    const stage = await start();
    const { slack, live, log } = stage;
    await opened(stage);
    const mend = slack.fault({ method: 'views.publish', times: Number.POSITIVE_INFINITY }, { retryAfter: 30 });

    await planFor(slack, live.slice(0, 1));
    await planFor(slack, live.slice(1, 2));
    await eventually(stage, () => expect(slack.requests('views.publish').length).toBeGreaterThan(2));
    mend();
    await homeOf(stage, /2 plans waiting/);

    expect(log.filter((line) => line.includes('an App Home was not shown'))).toHaveLength(1);
  });

  test('no plan waits for a Home that Slack never answers for', async () => {
    const stage = await start();
    const { slack, live, cluster } = stage;
    await opened(stage);
    slack.fault({ method: 'views.publish', times: Number.POSITIVE_INFINITY }, { hang: true });

    const plan = await planFor(slack, live.slice(0, 1));
    await eventually(stage, () => expect(slack.requests('views.publish')).toHaveLength(2));
    await confirm(slack, plan);

    expect(cluster.deletes).toEqual([live[0]?.id]);
  });

  test('after a restart it goes on without being opened again', async () => {
    const stage = await start();
    const { slack, live, store } = stage;
    await opened(stage);
    await planFor(slack, live.slice(0, 1));
    await homeOf(stage, /1 plan waiting/);

    await stage.bot.stop();
    await store.transaction((t) => t.addFreeze({ by: 'U0BOB00001', reason: 'meanwhile', at: new Date() }));
    await stage.restart();
    await homeOf(stage, /Frozen by .+: meanwhile/);
    await store.transaction((t) => t.removeFreeze());
    await planFor(slack, live.slice(1, 2));

    await homeOf(stage, /2 plans waiting/);
  });
});

import fc from 'fast-check';
import type { Message } from '../../sandbox/slack/message.ts';
import type { World } from './world.ts';

/** What the model knows beyond the evidence: whose red button was pressed, and by whom. */
export interface Model {
  /** Whether somebody pressed the red button of a plan with this token, and it was theirs. */
  readonly wanted: Set<string>;
}

type Step = fc.AsyncCommand<Model, World>;

/** A step that does this; afterwards nothing may be broken. */
function step(name: string, act: (world: World, model: Model) => Promise<unknown>): Step {
  return {
    check: () => true,
    toString: () => name,
    async run(model, world) {
      await act(world, model);
      await world.settle();
      const broken = [...(await world.breaches(false)), ...unwanted(model, world)];
      if (broken.length > 0) throw new Error(broken.join('\n'));
    },
  };
}

/** Tokens that were sent for revocation though nobody who might had pressed the button. */
export function unwanted({ wanted }: Model, { cluster }: World): string[] {
  return cluster.deletes.filter((id) => !wanted.has(id)).map((id) => `3: ${id} was revoked, and nobody wanted it`);
}

const people = fc.constantFrom('alice', 'carol');

function command(user: string, picks: readonly number[]): Step {
  return step(`${user} asks for ${picks.join(', ')}`, async (world) => {
    const ids = picks.map((pick) => world.tokens[pick]?.id ?? '').join(' ');
    world.exchanges.push(await world.workspace.slack.command('/influx', `token revoke ${ids}`, { user }));
  });
}

/** Asks, and presses the button of the plan that appears. */
function job(user: string, picks: readonly number[]): Step {
  return step(`${user} revokes ${picks.join(', ')}`, async (world, { wanted }) => {
    const before = world.plans().length;
    const ids = picks.map((pick) => world.tokens[pick]?.id ?? '');
    world.exchanges.push(await world.workspace.slack.command('/influx', `token revoke ${ids.join(' ')}`, { user }));
    await world.settle();
    const plan = world.plans()[before];
    if (!plan) return;
    for (const id of ids) wanted.add(id);
    world.exchanges.push(await world.workspace.slack.click(plan, 'revoke_plan', { user, stale: true }));
  });
}

/** The operator of a plan, and its tokens; undefined while there is none. */
function planAt(world: World, index: number): { message: Message; user: string; ids: string[] } | undefined {
  const plans = world.plans();
  const message = plans[index % Math.max(plans.length, 1)];
  if (!message) return undefined;
  const { people } = world.workspace.slack.workspace;
  const direct = (name: string) => world.workspace.slack.workspace.directMessages(name).id;
  const reader = people.find(
    ({ id, name }) =>
      id === message.ephemeralFor || (['alice', 'carol'].includes(name) && direct(name) === message.channel),
  );
  const text = message.plainText();
  return {
    message,
    user: reader?.name ?? 'alice',
    ids: world.tokens.map(({ id }) => id).filter((id) => text.includes(id.slice(0, 8))),
  };
}

function click(index: number, button: 'revoke_plan' | 'cancel_plan', times: number): Step {
  return step(`click ${button} of plan ${index}, ${times} at once`, async (world, { wanted }) => {
    const plan = planAt(world, index);
    if (!plan) return;
    if (button === 'revoke_plan') for (const id of plan.ids) wanted.add(id);
    const clicks = Array.from({ length: times }, () =>
      world.workspace.slack.click(plan.message, button, { user: plan.user, stale: true }),
    );
    world.exchanges.push(...(await Promise.all(clicks)));
  });
}

function foreignClick(index: number): Step {
  return step(`somebody else clicks on plan ${index}`, async (world) => {
    const plan = planAt(world, index);
    if (!plan) return;
    const value = plan.message.buttons.find(({ actionId }) => actionId === 'revoke_plan')?.value;
    const actions = [{ action_id: 'revoke_plan', block_id: 'b', value, type: 'button', action_ts: '1.1' }];
    const user = plan.user === 'alice' ? 'carol' : 'alice';
    await world.workspace.slack.clickRaw({ actions, container: { type: 'message' } }, { user });
  });
}

const repeat = (index: number) =>
  step(`what was done as number ${index} is delivered again`, async ({ exchanges, workspace }) => {
    const exchange = exchanges[index % Math.max(exchanges.length, 1)];
    if (exchange) await workspace.slack.redeliver(exchange);
  });

const membership = (user: string, isMember: boolean) =>
  step(`${user} ${isMember ? 'joins' : 'leaves'} the people on call`, async ({ workspace: { slack } }) => {
    if (isMember) slack.workspace.addToGroup(user, 'oncall');
    else slack.workspace.removeFromGroup(user, 'oncall');
  });

const frozen = (isFrozen: boolean) =>
  step(isFrozen ? 'freeze' : 'unfreeze', ({ workspace: { slack } }) =>
    slack.command('/influx', isFrozen ? 'freeze drill' : 'unfreeze', { user: 'bob' }),
  );

const crash = (thenMs: number) =>
  step(`kill -9 while it works${thenMs < 0 ? ', and the clock goes back an hour' : ''}`, async (world) => {
    if (thenMs < 0) world.clock.step(thenMs);
    await world.restart('killed');
  });

/** In the middle of what a click or command begins: nothing is waited for in between. */
const crashDuring = (index: number, afterTurns: number) =>
  step(`kill -9 ${afterTurns} turns after a click on plan ${index}`, async (world, { wanted }) => {
    const plan = planAt(world, index);
    if (!plan) return;
    for (const id of plan.ids) wanted.add(id);
    const clicked = world.workspace.slack.click(plan.message, 'revoke_plan', { user: plan.user, stale: true });
    for (let turn = 0; turn < afterTurns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    await world.restart('killed');
    await clicked;
  });

const loseReply = (isApplied: boolean) =>
  step(
    `the cluster's next answer to a DELETE is lost, ${isApplied ? 'after' : 'before'} its effect`,
    async ({ cluster }) => cluster.fault({ method: 'DELETE' }, { kind: 'reset', applied: isApplied }),
  );

const loseMessage = step("Slack's next answer to a message is lost", async ({ workspace: { slack } }) =>
  slack.fault({ method: 'response_url' }, { lostReply: true }),
);

const pause = (ms: number) => step(`${ms / 1_000} s pass`, async ({ clock }) => clock.advance(ms));
const jump = step('the clock jumps an hour ahead', async ({ clock }) => clock.step(3_600_000));
const disk = (isFull: boolean) =>
  step(isFull ? 'the disk is full' : 'the disk has room', async (world) => {
    world.isDiskFull = isFull;
  });

const index = fc.nat({ max: 5 });
const picks = fc.uniqueArray(fc.nat({ max: 3 }), { minLength: 1, maxLength: 3 });
const asking = fc.tuple(people, picks).map(([user, picked]) => command(user, picked));
const jobs = fc.tuple(people, picks).map(([user, picked]) => job(user, picked));
/** Mostly the other: what stops everything should not last. */
const rarely = (value: boolean) => fc.constantFrom(value, !value, !value);
const confirming = fc
  .tuple(index, fc.integer({ min: 1, max: 3 }))
  .map(([plan, times]) => click(plan, 'revoke_plan', times));

/** Everything that can happen, what people do more often than what goes wrong. */
export const COMMANDS = [
  ...[asking, asking, jobs, jobs, jobs, jobs],
  ...[confirming, confirming, confirming],
  index.map((plan) => click(plan, 'cancel_plan', 1)),
  index.map(foreignClick),
  index.map(repeat),
  fc.tuple(people, rarely(false)).map(([user, isMember]) => membership(user, isMember)),
  rarely(true).map(frozen),
  fc.constantFrom(0, -3_600_000).map(crash),
  fc.tuple(index, fc.nat({ max: 60 })).map(([plan, turns]) => crashDuring(plan, turns)),
  fc.constant(step('SIGTERM and a start', (world) => world.restart('cleanly'))),
  fc.boolean().map(loseReply),
  fc.constant(loseMessage),
  fc.constantFrom(1_000, 20_000, 61_000, 300_000, 1_000_000).map(pause),
  fc.constant(jump),
  rarely(true).map(disk),
];

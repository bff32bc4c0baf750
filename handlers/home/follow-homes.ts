import type { Announcer } from '../../src/revocation/announcer.ts';
import type { Requester } from '../../src/revocation/people.ts';
import type { RotationMessenger } from '../../src/revocation/rotating/rotation-news.ts';
import type { Rotations } from '../../src/revocation/rotating/rotations.ts';
import type { Freezer } from '../../src/revocation/running/freezer.ts';
import type { Handlers } from '../index.ts';
import type { Homes } from './homes.ts';

/** The same announcer: whatever people are told of a plan, its operator's Home shows. */
export function announcingToHomes(announcer: Announcer, homes: Homes): Announcer {
  return {
    async tell(news, to) {
      try {
        return await announcer.tell(news, to);
      } finally {
        homes.changed(news.plan.requester);
      }
    },
  };
}

/** The same freezer: a freeze concerns everybody. */
export function freezingHomes(freezer: Freezer, homes: Homes): Freezer {
  return {
    async freeze(who, reason, delivery) {
      const freezing = await freezer.freeze(who, reason, delivery);
      if (freezing.kind === 'frozen') homes.changedForAll();
      return freezing;
    },
    async unfreeze(who, delivery) {
      const freezing = await freezer.unfreeze(who, delivery);
      if (freezing.kind === 'unfrozen') homes.changedForAll();
      return freezing;
    },
  };
}

/** The same messenger: whatever is told of rotations, their operator's Home shows. */
export function remindingHomes(messenger: RotationMessenger, homes: Homes): RotationMessenger {
  return {
    async remind(news, to) {
      try {
        await messenger.remind(news, to);
      } finally {
        homes.changed(news.plan.requester);
      }
    },
  };
}

/** The same rotations: whoever closes one, the Home of who had the token revoked shows it. */
export function rotatingHomes(rotations: Rotations, homes: Homes): Rotations {
  return {
    ...rotations,
    async close(press, as) {
      const pressed = await rotations.close(press, as);
      if (pressed.kind === 'pressed') homes.changed(pressed.news.plan.requester);
      return pressed;
    },
  };
}

/** The same handlers: what somebody clicked or submitted, wherever, shows in their own Home. */
export function handledForHomes(handlers: Handlers, homes: Homes): Handlers {
  const followed =
    <In extends { readonly who: Requester }, Out>(handle: (incoming: In) => Promise<Out>) =>
    async (incoming: In): Promise<Out> => {
      const reaction = await handle(incoming);
      homes.changed(incoming.who);
      return reaction;
    };
  const of = <One>(table: Readonly<Record<string, One>>, follow: (one: One) => One) =>
    Object.fromEntries(Object.entries(table).map(([id, one]) => [id, follow(one)]));
  return {
    ...handlers,
    actions: of(handlers.actions, followed),
    views: of(handlers.views, ({ submit, close }) => ({ submit: followed(submit), close })),
  };
}

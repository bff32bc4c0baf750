import type { Receiver } from '@slack/bolt';
import type { Logger } from '../src/logger.ts';
import type { Clock } from '../src/revocation/clock.ts';
import { FRESH_MS } from '../src/revocation/planning/plans.ts';
import type { Listed, Profile } from '../src/revocation/rights/policy.ts';
import type { RotationSettings } from '../src/revocation/rotating/rotation.ts';
import type { Store } from '../src/revocation/store.ts';
import type { ProfileName } from '../src/revocation/token.ts';
import type { TokenService } from '../src/revocation/token-service.ts';
import { createServices } from '../src/services.ts';
import { createAnnouncer } from './announce.ts';
import { createAuditAnswers } from './audit-answers.ts';
import { createDialogAnnouncer } from './dialog/announce-in-dialog.ts';
import { createMessageFiles } from './dialog/message-files.ts';
import { createScreens } from './dialog/screens.ts';
import { createAppHomes } from './home/app-home.ts';
import {
  announcingToHomes,
  freezingHomes,
  handledForHomes,
  remindingHomes,
  rotatingHomes,
} from './home/follow-homes.ts';
import { handlersFor } from './index.ts';
import { fitted } from './messages/fitted.ts';
import { createNoticeBoard } from './notice-board.ts';
import { createRotationMessenger } from './rotation-messenger.ts';
import { boltLogger } from './wire/bolt-logger.ts';
import { createDirectory } from './wire/directory.ts';
import { createHttpReceiver, listenForSlack } from './wire/http-receiver.ts';
import { identify } from './wire/identify.ts';
import { createInFlight } from './wire/in-flight.ts';
import { observedReact, observedResponder, type SlackObserver } from './wire/observer.ts';
import { createReact } from './wire/react.ts';
import { refusedRequests } from './wire/refused-requests.ts';
import { createReplyToErrors } from './wire/reply-to-errors.ts';
import { createResponder } from './wire/response-url.ts';
import { createSlackApi } from './wire/slack-api.ts';
import { createSlackApp } from './wire/slack-app.ts';
import { createSlackFiles } from './wire/slack-files.ts';
import { SocketReceiver } from './wire/socket-receiver.ts';

const IN_FLIGHT = { perPerson: 10, inAll: 200 };
const DEAF: SlackObserver = { acknowledged: () => undefined, called: () => undefined, turnedAway: () => undefined };

/** How Slack reaches the bot. */
export type SlackConnection =
  | { readonly mode: 'socket'; readonly appToken: string }
  | { readonly mode: 'http'; readonly signingSecret: string; readonly host: string; readonly port: number };

export interface BotOptions {
  readonly slack: SlackConnection & {
    readonly botToken: string;
    readonly apiUrl: string | undefined;
    /** The workspaces served; the bot's own when undefined. */
    readonly teamIds: readonly string[] | undefined;
    /** Where those who watch over the bot read; nowhere when left out. */
    readonly announceChannel?: string | undefined;
  };
  readonly profiles: ReadonlyMap<ProfileName, Profile>;
  /** Who may freeze and unfreeze; nobody when left out. */
  readonly freeze?: Listed | undefined;
  /** When people are reminded of rotations, and who else is; nobody when left out. */
  readonly rotation?: RotationSettings | undefined;
  readonly expiresAfterMs: number;
  readonly sendWithinMs: number;
  readonly pollMs: number;
  readonly version: string;
  readonly store: Store;
  readonly tokens: TokenService;
  readonly clock: Clock;
  readonly log: Logger;
  /** Hears how the bot and Slack get on. */
  readonly observer?: SlackObserver | undefined;
}

/** The bot in Slack. */
export interface Bot {
  /** Whether Slack can reach it right now. */
  connected(): boolean;
  /** Resolves when Slack could reach it for the first time; rejects with `SlackCredentialsError` when only a person can mend that. */
  readonly ready: Promise<void>;
  /** Rejects, later too, when Slack rejects the bot for good. Never resolves. */
  readonly rejected: Promise<never>;
  /** Takes nothing more, and resolves when all it accepted has ended or is safe in the store. */
  stop(): Promise<void>;
}

/** Starts the bot. What the store holds goes on at once; Slack is tried until it answers. */
export function startBot(options: BotOptions): Bot {
  const { slack, clock, log, observer = DEAF } = options;
  const logger = boltLogger(log);
  const stopping = new AbortController();
  const rejection = Promise.withResolvers<never>();
  rejection.promise.catch(() => undefined); // whoever cares listens
  const api = createSlackApi({ ...slack, logger, onCall: observer.called, onUnusable: rejection.reject });
  const inFlight = createInFlight(IN_FLIGHT);
  let servedTeams = slack.teamIds ?? [];
  let receiver: Receiver | undefined;
  let listening = () => false;
  const responder = observedResponder(createResponder({ apiUrl: slack.apiUrl }), observer);
  const screens = createScreens(api.client);
  const directory = createDirectory({ client: api.client, clock });
  const homes = createAppHomes({ ...options, services: () => services, client: api.client });
  const services = createServices({
    ...options,
    stopping: stopping.signal,
    servedTeams: () => servedTeams,
    directory,
    announcer: announcingToHomes(
      createDialogAnnouncer({ ...options, screens, announcer: createAnnouncer({ ...options, responder, api }) }),
      homes,
    ),
    rotation: options.rotation && {
      settings: options.rotation,
      messenger: remindingHomes(createRotationMessenger({ api, log }), homes),
    },
    noticeBoard:
      slack.announceChannel === undefined
        ? undefined
        : createNoticeBoard({ api, channel: slack.announceChannel, directory, log }),
  });

  async function start(): Promise<void> {
    await services.start();
    const identity = await identify({ api, clock, log, signal: stopping.signal });
    // Stopped before Slack answered: it never becomes ready.
    if (!identity) return rejection.promise;
    servedTeams = slack.teamIds ?? [identity.teamId];
    log.info({ team: identity.team, teamId: identity.teamId, userId: identity.userId }, 'Slack knows this bot');
    await services.resume();
    const table = handlersFor({
      ...services,
      ...options,
      homes,
      freezer: freezingHomes(services.freezer, homes),
      rotations: rotatingHomes(services.rotations, homes),
      responder,
      screens,
      messageFiles: createMessageFiles({ ...slack, scopes: api.scopes }),
      onProfile: ({ name }) => services.tokenIndex.warm(name),
      onWork: services.wake,
      auditAnswers: createAuditAnswers({
        ...services,
        directory,
        responder,
        files: createSlackFiles({ api, apiUrl: slack.apiUrl, onCall: observer.called }),
      }),
      mayFreeze: async (who) => (await services.authorizer.mayFreeze(who, FRESH_MS)).allowed,
    });
    const handlers = handledForHomes(table, homes);
    homes.start();
    const react = observedReact(
      createReact({
        responder,
        tell: async (user, message) => void (await api.post(user, fitted(message))),
        inFlight,
        log,
        replyToError: createReplyToErrors(log),
        refuse: refusedRequests(options),
      }),
      observer,
    );
    if (slack.mode === 'socket') {
      const socket = new SocketReceiver({ ...slack, clock, log, logger, onUnusable: rejection.reject });
      receiver = socket;
      listening = () => socket.connected;
    } else receiver = createHttpReceiver({ ...slack, logger, onTurnedAway: observer.turnedAway });
    const app = createSlackApp({ receiver, identity, botToken: slack.botToken, handlers, react, logger });
    if (slack.mode === 'socket') await app.start();
    else {
      await listenForSlack(app, slack);
      listening = () => true;
    }
  }

  const ready = Promise.race([start(), rejection.promise]);
  ready.catch(() => undefined); // whoever cares listens
  return {
    connected: () => listening(),
    ready,
    rejected: rejection.promise,
    async stop() {
      stopping.abort();
      listening = () => false;
      await receiver
        ?.stop()
        .catch((error: unknown) => log.warn({ err: error }, 'the connection to Slack did not end well'));
      await inFlight.ended();
      await services.stop();
      await homes.stop();
    },
  };
}

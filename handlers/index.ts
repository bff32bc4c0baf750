import { type AuditButtonsDependencies, auditPage, exportAudit } from './audit-buttons.ts';
import { allCommands, type CommandDependencies } from './commands/index.ts';
import { type ChooseTokensDependencies, chooseTokens } from './dialog/choose-tokens.ts';
import { chooseInDialog } from './dialog/dialog-choices.ts';
import { type RevokeInViewDependencies, revokeByName, revokeFromDialog } from './dialog/revoke-in-view.ts';
import { type RevokeModalDependencies, revokeModal } from './dialog/revoke-modal.ts';
import { openFromButton, revokeTokens, revokeTokensInMessage, type ShortcutsDependencies } from './dialog/shortcuts.ts';
import { appHomeOpened } from './home/app-home.ts';
import type { Homes } from './home/homes.ts';
import { influxCommand } from './influx-command.ts';
import { type ResultButtonsDependencies, retryTokens, shareResult } from './result-buttons.ts';
import { cancelPlan, newPlan, type RevokeButtonsDependencies, revokePlan, stopRevocation } from './revoke-buttons.ts';
import {
  type RotationButtonsDependencies,
  rotationNotNeeded,
  snoozeRotation,
  tokenRotated,
} from './rotation-buttons.ts';
import { listPage, planToken } from './token-lists.ts';
import type { IncomingClick, IncomingCommand } from './wire/payloads.ts';
import type { Reaction, SubmissionReaction, Suggestions } from './wire/reaction.ts';
import type {
  IncomingClosing,
  IncomingHomeOpened,
  IncomingMessageShortcut,
  IncomingShortcut,
  IncomingSubmission,
  IncomingSuggestion,
} from './wire/surface-payloads.ts';

/** What Slack can send, by Slack's own IDs. A test compares it with `manifest.yml`. */
export const handlerIds = {
  commands: ['/influx'],
  actions: [
    'revoke_plan',
    'cancel_plan',
    'stop_revocation',
    'new_plan',
    'open_dialog',
    'choose_profile',
    'choose_channel',
    'plan_token',
    'list_page',
    'list_page_later',
    'retry_tokens',
    'share_result',
    'audit_page',
    'audit_page_later',
    'export_audit',
    'token_rotated',
    'rotation_not_needed',
    'snooze_rotation',
  ],
  shortcuts: ['revoke_tokens'],
  messageShortcuts: ['revoke_tokens_in_message'],
  views: ['revoke_dialog', 'revoke_dialog_plan', 'confirm_by_name'],
  options: ['choose_tokens'],
  events: ['app_home_opened'],
} as const;

type Table<Handler> = Readonly<Record<string, Handler>>;

/** What happens then. */
export interface Handlers {
  readonly commands: Table<(command: IncomingCommand) => Promise<Reaction>>;
  readonly actions: Table<(click: IncomingClick) => Promise<Reaction>>;
  readonly shortcuts: Table<(shortcut: IncomingShortcut) => Promise<Reaction>>;
  readonly messageShortcuts: Table<(shortcut: IncomingMessageShortcut) => Promise<Reaction>>;
  readonly views: Table<ViewHandlers>;
  readonly options: Table<(asked: IncomingSuggestion) => Promise<Suggestions>>;
  readonly events: Table<(event: IncomingHomeOpened) => Promise<Reaction>>;
}

/** What happens with a dialog; `close` where the view asks to hear of that. */
export interface ViewHandlers {
  readonly submit: (submission: IncomingSubmission) => Promise<SubmissionReaction>;
  readonly close: (closing: IncomingClosing) => Promise<Reaction>;
}

/** A handler for every ID, and none for another. */
type Complete = {
  readonly [Kind in keyof Handlers]: Readonly<Record<(typeof handlerIds)[Kind][number], Handlers[Kind][string]>>;
};

export type HandlerDependencies = CommandDependencies &
  AuditButtonsDependencies &
  RevokeButtonsDependencies &
  ResultButtonsDependencies &
  RevokeInViewDependencies &
  RevokeModalDependencies &
  ShortcutsDependencies &
  ChooseTokensDependencies &
  RotationButtonsDependencies & { readonly homes: Homes };

/** The table. */
export function handlersFor(dependencies: HandlerDependencies): Complete {
  // One for both, since each has to know of the other.
  const choose = chooseInDialog(dependencies);
  return {
    commands: {
      '/influx': influxCommand({ commands: allCommands(dependencies), responder: dependencies.responder }),
    },
    actions: {
      revoke_plan: revokePlan(dependencies),
      cancel_plan: cancelPlan(dependencies),
      stop_revocation: stopRevocation(dependencies),
      new_plan: newPlan(dependencies),
      open_dialog: openFromButton(dependencies),
      choose_profile: choose,
      choose_channel: choose,
      plan_token: planToken(dependencies),
      list_page: listPage(dependencies),
      // Slack takes no action ID twice in a row of buttons.
      list_page_later: listPage(dependencies),
      retry_tokens: retryTokens(dependencies),
      share_result: shareResult(dependencies),
      audit_page: auditPage(dependencies),
      // Slack takes no action ID twice in a row of buttons.
      audit_page_later: auditPage(dependencies),
      export_audit: exportAudit(dependencies),
      token_rotated: tokenRotated(dependencies),
      rotation_not_needed: rotationNotNeeded(dependencies),
      snooze_rotation: snoozeRotation(dependencies),
    },
    shortcuts: { revoke_tokens: revokeTokens(dependencies) },
    messageShortcuts: { revoke_tokens_in_message: revokeTokensInMessage(dependencies) },
    views: {
      revoke_dialog: revokeModal(dependencies),
      revoke_dialog_plan: revokeFromDialog(dependencies),
      confirm_by_name: revokeByName(dependencies),
    },
    options: { choose_tokens: chooseTokens(dependencies) },
    events: { app_home_opened: appHomeOpened(dependencies) },
  };
}

import type { Sabotage } from './sabotage.ts';

const DIALOG = 'test/handlers/dialog/revoke-dialog.test.ts';

/** The dialog, what is found in messages, and plans that are confirmed by typing. */
export const dialogSabotages: readonly Sabotage[] = [
  {
    name: 'a click alone confirms a plan that asks for the name of its profile',
    file: 'src/revocation/confirming/clicks.ts',
    find: 'if (why === undefined || isNameOf(plan.profile, click.typed)) {',
    replace: 'if (why === undefined || isNameOf(plan.profile, click.typed) || true) {',
    suite: 'test/revocation/confirming/clicks.test.ts',
  },
  {
    name: 'any case of the name confirms',
    file: 'src/revocation/rights/type-to-confirm.ts',
    find: 'return typed?.trim() === profile;',
    replace: 'return typed?.trim().toLowerCase() === profile.toLowerCase();',
    suite: 'test/revocation/rights/type-to-confirm.test.ts',
  },
  {
    name: 'the dialog of one person can be used by another',
    file: 'src/revocation/planning/selections.ts',
    find: 'selection?.owner.user === user && selection.owner.team === team ? selection : undefined',
    replace: 'user && team ? selection : undefined',
    suite: DIALOG,
    test: 'is not somebody else’s',
  },
  {
    name: 'tokens are offered to whoever has the dialog',
    file: 'handlers/dialog/choose-tokens.ts',
    find: "if (!verdict.allowed) return nothing('You may not revoke tokens of this profile here.');",
    replace: '',
    suite: 'test/handlers/dialog/choose-tokens.test.ts',
  },
  {
    name: 'the bot’s token goes wherever a file is said to be',
    file: 'handlers/dialog/message-files.ts',
    find: "if (!isSlackAddress(at, apiUrl)) throw new UnreadableFileError('it is not at an address of Slack’s');",
    replace: '',
    suite: 'test/handlers/dialog/message-files.test.ts',
  },
  {
    name: 'what looks like a secret is looked through for token IDs',
    file: 'src/command-line/find-token-ids.ts',
    find: 'const spans = findSecrets(plain);',
    replace: 'const spans = findSecrets(plain).slice(0, 0);',
    suite: 'test/command-line/find-token-ids.test.ts',
  },
  {
    name: 'the ID of a message is taken for a token’s',
    file: 'handlers/dialog/message-text.ts',
    find: "typeof value === 'string' && READ.has(key)",
    replace: "typeof value === 'string' && (READ.has(key) || true)",
    suite: 'test/handlers/dialog/message-text.test.ts',
  },
  {
    name: 'a secret in the dialog goes on to be a reason',
    file: 'handlers/dialog/dialog-entry.ts',
    find: ", ...(looksSecret(reason) ? (['reason'] as const) : [])]",
    replace: ']',
    suite: DIALOG,
    test: 'is emptied where it looks like a secret',
  },
  {
    name: 'a choice that comes late takes the place of the plan',
    file: 'handlers/dialog/dialog-choices.ts',
    find: 'const left = await screens.update(view.id, next, view.hash);',
    replace: 'const left = await screens.update(view.id, next);',
    suite: 'test/handlers/dialog/dialog-ways-in.test.ts',
    test: 'changes nothing any more once the plan is on the screen',
  },
  {
    name: 'a message is looked through for whoever chooses the shortcut',
    file: 'handlers/dialog/open-dialog.ts',
    find: 'if (refusal) return refusal;',
    replace: 'if (refusal && !find) return refusal;',
    suite: 'test/handlers/dialog/dialog-ways-in.test.ts',
    test: 'is not looked through, nor kept',
  },
  {
    name: 'a channel is believed that Slack does not let its person post in',
    file: 'handlers/dialog/revoke-modal.ts',
    find: 'if (!isProven) return',
    replace: 'if (!isProven && !metadata) return',
    suite: 'test/handlers/dialog/dialog-ways-in.test.ts',
    test: 'believes no channel',
  },
  {
    name: 'a closed dialog leaves its plan to be confirmed',
    file: 'handlers/dialog/revoke-in-view.ts',
    find: 'await clicks.close({ who, key,',
    replace: 'if (who.user === view.hash) await clicks.close({ who, key,',
    suite: DIALOG,
    test: 'is cancelled when the dialog is closed',
  },
];

import type { Sandbox } from './sandbox.ts';
import type { Screen } from './screen.ts';
import type { Message } from './slack/message.ts';

/** What may be typed into a running sandbox. */
export const HOW_TO = `Type what comes after /influx, for example
  help
  whoami
  token revoke 198b69da-57a0-4d9d-a08a-adb5c7933b6e --reason "leaked in CI"
or one of these:
  click BUTTON     clicks a button of the latest message, by the beginning of its text
  as NAME          acts as somebody else: alice and carol are on call (carol may use --force), mallory is not
  in #CHANNEL      goes to another channel: #general, #security-private
  tokens           lists the cluster's tokens
  pass MINUTES     lets time pass
Ctrl-C ends the sandbox.`;

/** Reads lines as somebody types them; answers appear whenever they come. */
export interface Console {
  line(text: string): Promise<void>;
}

export function createConsole(sandbox: Sandbox, screen: Screen): Console {
  const { slack, cluster } = sandbox;
  let user = 'alice';
  let channel = '#incident-4711';
  let latest: Message | undefined;

  async function follow(): Promise<never> {
    slack.skipMessages();
    for (;;) {
      const message = await slack
        .nextMessage(({ author }) => author === 'app' || author === 'slack')
        .catch(() => undefined);
      if (!message) continue;
      if (message.buttons.length > 0 || message.ts === latest?.ts) latest = message;
      screen.shown(message);
    }
  }

  async function act(word: string, rest: string, text: string): Promise<void> {
    switch (word) {
      case 'click':
        if (!latest) return screen.note('There is no message with a button yet.');
        screen.clicked(user, rest);
        await slack.click(latest, rest, { user });
        return;
      case 'as':
        user = slack.workspace.person(rest).name;
        return screen.note(`You are ${user} now.`);
      case 'in':
        channel = `#${slack.workspace.channel(rest).name}`;
        return screen.note(`You are in ${channel} now.`);
      case 'tokens':
        for (const { id, description, revokedAt } of cluster.tokens)
          screen.note(`${id}  ${revokedAt ? 'revoked' : 'live   '}  ${JSON.stringify(description)}`);
        return;
      case 'pass':
        await sandbox.pass(Number(rest) * 60_000);
        return screen.note(`(${rest} minutes pass)`);
      default:
        screen.typed(user, channel, `/influx ${text}`);
        await slack.command('/influx', text, { user, channel });
    }
  }

  void follow();
  return {
    async line(line) {
      const text = line.trim().replace(/^\/influx\s*/, '');
      if (!text) return;
      const [word = '', ...rest] = text.split(/\s+/);
      await act(word, rest.join(' '), text).catch((error: unknown) =>
        screen.note(error instanceof Error ? error.message : String(error)),
      );
    },
  };
}

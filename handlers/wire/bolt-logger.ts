import { LogLevel, type webApi } from '@slack/bolt';
import type { Logger } from '../../src/logger.ts';

/** Slack's libraries write to our log. Never at debug level, where they write whole bodies and credentials. */
export function boltLogger(log: Logger): webApi.Logger {
  const write =
    (level: 'info' | 'warn' | 'error') =>
    (...words: unknown[]) =>
      log[level]({ from: 'slack' }, words.map(textOf).join(' '));
  return {
    debug: () => undefined,
    // What they find worth knowing is our debug.
    info: (...words) => log.debug({ from: 'slack' }, words.map(textOf).join(' ')),
    warn: write('warn'),
    error: write('error'),
    setLevel: () => undefined,
    getLevel: () => LogLevel.INFO,
    setName: () => undefined,
  };
}

function textOf(word: unknown): string {
  if (word instanceof Error) return word.message;
  return typeof word === 'string' ? word : JSON.stringify(word);
}

import { scrub } from '../secrets.ts';

const sentence = (key: string, text: string) => scrub(`${key} ${text}${/[.?!]$/.test(text) ? '' : '.'}`, []);

/** A configuration that cannot be used. Its message holds every problem, by key, with the cure, and no secret. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  /** One sentence or two each: `slack.mode must be "socket" or "http".` */
  readonly problems: readonly string[];

  constructor(file: string, problems: readonly string[]) {
    super([`${file} cannot be used:`, ...problems.map((problem) => `  - ${problem}`)].join('\n'));
    this.problems = problems;
  }
}

/** Gathers all that is wrong, and all that is only worth knowing, before anything is decided. */
export class Findings {
  readonly #problems = new Map<string, string>();
  readonly #warnings: string[] = [];

  /** The key is where to look: `profile "prod", policy.channels`, or the name of an environment variable. */
  problem(key: string, text: string): void {
    this.#problems.set(`${key}\n${text}`, sentence(key, text));
  }

  warning(key: string, text: string): void {
    this.#warnings.push(sentence(key, text));
  }

  /** Whether a problem was found at this very key, so that it need not be called missing too. */
  has(key: string): boolean {
    return this.#problems.keys().some((found) => found.startsWith(`${key}\n`));
  }

  get problems(): readonly string[] {
    return [...this.#problems.values()];
  }

  get warnings(): readonly string[] {
    return this.#warnings;
  }
}

import { type DestinationStream, type LevelWithSilent, type Logger as PinoLogger, pino, stdTimeFunctions } from 'pino';
import { createScrubber } from './secrets.ts';

/** Writes one JSON line per event. An error goes under `err`; no line ever holds a secret. */
export type Logger = PinoLogger;

/** What is written: this level and all above it. */
export type LogLevel = LevelWithSilent;

export interface LoggerOptions {
  readonly level: LogLevel;
  /** Values that must never be written, besides all that looks like a secret. */
  readonly secrets?: readonly string[] | undefined;
  /** Gets one complete line per call; standard output when left out. */
  readonly destination?: DestinationStream | undefined;
}

/**
 * A logger whose every line passes a scrubber on its way out. pino's own `redact` knows fields only and lets
 * secrets pass in error messages, stacks and nested headers.
 */
export function createLogger({ level, secrets = [], destination = pino.destination(1) }: LoggerOptions): Logger {
  const scrub = createScrubber(secrets);
  return pino(
    {
      level,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: (thrown: unknown) => describe(thrown) },
    },
    { write: (line) => destination.write(scrub(line)) },
  );
}

/** An error as it is logged. Fields of its own are left out: they hold requests, headers and bodies. */
interface ErrorDescription {
  readonly type: string;
  readonly message: string;
  readonly stack?: string | undefined;
  readonly code?: string | number | undefined;
  readonly cause?: ErrorDescription | undefined;
  readonly errors?: readonly ErrorDescription[] | undefined;
}

const MAX_DEPTH = 6;
const MAX_ERRORS = 10;

function describe(thrown: unknown, depth = 1): ErrorDescription {
  if (!Error.isError(thrown)) return { type: typeof thrown, message: textOf(thrown) };
  const { name, message, stack, cause } = thrown;
  const deeper = depth < MAX_DEPTH;
  return {
    type: name,
    message,
    stack,
    code: codeOf(thrown),
    cause: deeper && cause !== undefined ? describe(cause, depth + 1) : undefined,
    errors:
      deeper && thrown instanceof AggregateError
        ? thrown.errors.slice(0, MAX_ERRORS).map((one) => describe(one, depth + 1))
        : undefined,
  };
}

function codeOf(error: Error): string | number | undefined {
  const code: unknown = 'code' in error ? error.code : undefined;
  return typeof code === 'string' || typeof code === 'number' ? code : undefined;
}

function textOf(thrown: unknown): string {
  return typeof thrown === 'object' && thrown !== null ? 'not an error' : String(thrown);
}

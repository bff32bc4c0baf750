import { DatabaseError } from 'pg';
import { ConnectionError } from './postgres-connection.ts';

/** What another try may mend at once: two transactions stood in each other's way. */
const COLLISIONS = new Set([
  '40001', // serialization failure
  '40P01', // deadlock
  '23505', // both wrote the same key: a second look finds what the other one wrote
]);

/** What another try may mend after a moment: PostgreSQL stopped, or has no room. Class 08 are its connection errors. */
const INTERRUPTIONS = new Set([
  '25006', // read-only: no longer the primary
  '25P03', // it waited for us for too long
  '53300', // too many connections
  '57014', // the statement took too long
  '57P01', // shut down by its administrator
  '57P02', // crashed
  '57P03', // cannot connect now: starting or stopping
]);

/** Whether the transaction failed because of another one. Nothing of it was written. */
export function isCollision(error: unknown): boolean {
  return error instanceof DatabaseError && error.code !== undefined && COLLISIONS.has(error.code);
}

/** Whether PostgreSQL could not be reached, or gave up in the middle. */
export function isInterruption(error: unknown): boolean {
  if (error instanceof ConnectionError) return true;
  const code = error instanceof DatabaseError ? error.code : undefined;
  return code !== undefined && (INTERRUPTIONS.has(code) || code.startsWith('08'));
}

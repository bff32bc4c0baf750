/** One protection of the safety core taken out, and the test that must notice. */
export interface Sabotage {
  /** What is done to the code, in words. */
  readonly name: string;
  readonly file: string;
  /** Stands exactly once in the file. */
  readonly find: string;
  readonly replace: string;
  /** The suite, and the beginning of its tests' names, that must turn red. */
  readonly suite: string;
  readonly test?: string;
}

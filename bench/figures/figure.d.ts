/** What a file of this folder exports as `figure`, and what it is given. */
import type { RedisServer } from '../harness/redis-server.js';
import type { ServerProcess, StartOptions, Subject } from '../harness/subject.js';

export interface Bench {
  readonly subjects: readonly Subject[];
  readonly redis: RedisServer;
  /** A small run, to see that all works; its numbers are worth little. */
  readonly quick: boolean;
  /** Rounds of the interleaved figures. */
  readonly rounds: number;
  /** Requests on their way at one time. */
  readonly atATime: number;
  /** Gone with the figure at the latest. */
  start(subject: Subject, options?: Partial<StartOptions>): Promise<ServerProcess>;
  /** What is going on, for the person who waits. */
  say(line: string): void;
}

export interface Figure<Result> {
  readonly name: string;
  /** Whether it can be had of this system. */
  measures(subject: Subject): boolean;
  measure(bench: Bench): Promise<Result>;
  /** Markdown: tables, and how to read them. */
  report(result: Result): string;
}

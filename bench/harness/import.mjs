// `node --expose-gc bench/harness/import.mjs MODULE`: what this import takes, after what an app has loaded anyway.
import 'express';
import 'express-session';
import 'passport';
import { performance } from 'node:perf_hooks';

const before = heap();
const started = performance.now();
await import(process.argv[2] ?? '');
const ms = performance.now() - started;
console.log(JSON.stringify({ ms, heap: heap() - before }));

function heap() {
  for (let i = 0; i < 3; i++) globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

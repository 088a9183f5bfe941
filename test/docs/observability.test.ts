/** The recipes of docs/observability.md, run as they stand there, and the dashboard that reads what they write. */
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { EVENT_CATALOGUE, type MagicLinkStrategy } from '../../lib/index.js';
import { eventOf, requestLink, startApp, type TestApp } from '../support/app.js';

const ROOT = new URL('../..', import.meta.url).pathname;
const PAGE = readFileSync(`${ROOT}docs/observability.md`, 'utf8');
const DASHBOARD = JSON.parse(readFileSync(`${ROOT}docs/dashboards/magic-links.json`, 'utf8'));

type Recipe = (strategy: MagicLinkStrategy, to: unknown) => void;

const recipes: Record<string, Recipe> = {};
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pbl-recipes-'));
  symlinkSync(`${ROOT}node_modules`, join(folder, 'node_modules'));
  for (const [i, [, source = '']] of [...PAGE.matchAll(/^```ts\n(.*?)^```$/gms)].entries()) {
    const file = join(folder, `recipe-${i}.mjs`);
    const { outputText } = ts.transpileModule(source, { compilerOptions: { target: ts.ScriptTarget.ES2022 } });
    writeFileSync(file, outputText);
    Object.assign(recipes, await import(pathToFileURL(file).href));
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A login, a stranger's look, and mail that fails. */
async function happenings(recipe: string, to: unknown): Promise<TestApp> {
  const app = await startApp();
  (recipes[recipe] as Recipe)(app.strategy, to);
  const browser = app.browser();
  const { path } = await requestLink(app, browser);
  await app.browser().get(path);
  await browser.get(path);
  await eventOf(app, 'mail.sent');
  app.strategy.events.report('mail.failed', { reason: 'ETIMEDOUT', count: 1, retried: true });
  return app;
}

/** How often each type was told of. */
const countsOf = ({ events }: TestApp) =>
  Object.fromEntries(events.map(({ type }) => [type, events.filter((event) => event.type === type).length]));

const DURATIONS = [
  'magic_link_request_duration_seconds',
  'magic_link_redeem_duration_seconds',
  'magic_link_delivery_duration_seconds',
];

test('pino: each event is a line at the level of its severity', async () => {
  const lines: { level: number; msg: string; type: string }[] = [];
  const app = await happenings(
    'logEvents',
    pino({ level: 'trace' }, { write: (line) => void lines.push(JSON.parse(line)) }),
  );
  expect(lines.map(({ msg }) => msg)).toEqual(app.events.map(({ type }) => type));
  expect(lines).toMatchObject(app.events.map(({ time: _, ...event }) => event));
  expect([...new Set(lines.map(({ level, type }) => `${type} ${level}`))]).toEqual(
    expect.arrayContaining(['link.redeemed 30', 'mail.failed 40']),
  );
});

describe('prom-client', () => {
  test('counts each event, and times requests, redemptions and deliveries', async () => {
    const registry = new Registry();
    const app = await happenings('countEvents', [registry]);
    const text = await registry.metrics();
    for (const [type, count] of Object.entries(countsOf(app))) {
      const { severity } = EVENT_CATALOGUE[type as keyof typeof EVENT_CATALOGUE];
      const reason = type === 'mail.failed' ? 'ETIMEDOUT' : '';
      expect(text).toContain(
        `magic_link_events_total{type="${type}",severity="${severity}",reason="${reason}"} ${count}\n`,
      );
    }
    for (const name of DURATIONS) expect(text).toMatch(new RegExp(`^${name}_count 1$`, 'm'));
  });

  test('the dashboard reads metrics and event types that there are', async () => {
    const registry = new Registry();
    await happenings('countEvents', [registry]);
    const text = await registry.metrics();
    const expressions: string[] = DASHBOARD.panels.flatMap(({ targets }: { targets: { expr: string }[] }) =>
      targets.map(({ expr }) => expr),
    );
    expect(expressions.length).toBeGreaterThan(10);
    const named = new Set(expressions.flatMap((expr) => expr.match(/magic_link_\w+/g) ?? []));
    const written = (metric: string) => new RegExp(`^${metric}(\\{| )`, 'm').test(text);
    expect([...named].filter((metric) => !written(metric))).toEqual([]);
    for (const name of DURATIONS) expect([...named]).toContain(`${name}_bucket`);
    const types = expressions.flatMap((expr) => expr.match(/[a-z_]+\.[a-z_]+/g) ?? []);
    expect(types.filter((type) => !Object.hasOwn(EVENT_CATALOGUE, type))).toEqual([]);
    expect(new Set(types).size).toBeGreaterThan(10);
  });
});

test('OpenTelemetry: the same, under the names that become those of Prometheus', async () => {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const provider = new MeterProvider({ readers: [new PeriodicExportingMetricReader({ exporter })] });
  onTestFinished(() => provider.shutdown());
  const app = await happenings('meterEvents', provider.getMeter('test'));
  await provider.forceFlush();
  const metrics = exporter.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics));

  const events = metrics.find(({ descriptor }) => descriptor.name === 'magic_link.events');
  const counted = events?.dataPoints.map(({ attributes, value }) => [attributes.type, value]) ?? [];
  expect(Object.fromEntries(counted)).toEqual(countsOf(app));

  const UNITS: Record<string, string> = { s: '_seconds', '': '_total' };
  const asPrometheus = metrics.map(({ descriptor: { name, unit } }) => name.replaceAll('.', '_') + UNITS[unit]);
  expect(asPrometheus.sort()).toEqual([...DURATIONS, 'magic_link_events_total'].sort());
  for (const { descriptor, dataPoints } of metrics) {
    if (descriptor.unit === 's') expect(dataPoints).toMatchObject([{ value: { count: 1 } }]);
  }
});
